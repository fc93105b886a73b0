using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Erasure;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Reassembly;

/// <summary>
/// All bursts being put together, bounded per tag, per sender where known, and in total. When there is no room, the burst in which the
/// least airtime was invested goes first (fewest symbol bytes heard, polluted ones counting half), the one silent for longest among
/// equals: a flood of invented tags displaces itself, and an honest burst that is nearly complete outlives it.
/// </summary>
internal sealed class AssemblyPool(AssemblyBounds bounds, RefusalCounters counters)
{
    private readonly Dictionary<BurstKey, SymbolAssembly> _assemblies = [];
    private readonly Dictionary<BurstKey, List<FinishedBurst>> _finished = [];
    private readonly Queue<FinishedBurst> _finishedInOrder = new();
    private int _symbolBytes;

    public int Count => _assemblies.Count;

    public int SymbolBytes => _symbolBytes;

    public int FinishedCount => _finishedInOrder.Count;

    /// <summary>Assemblies given up for lack of room.</summary>
    public long Evictions { get; private set; }

    public SymbolStatus Add(in Frame frame, PublicKey? sender, TimeSpan now, out SymbolAssembly? assembly, out RefusalReason reason)
    {
        Expire(now);
        assembly = null;
        reason = RefusalReason.None;
        if (AgreesWithFinished(frame))
        {
            return SymbolStatus.Redundant;
        }

        if (!_assemblies.TryGetValue(frame.Key, out assembly))
        {
            reason = Open(frame.Key, sender, now, out assembly);
            if (reason != RefusalReason.None)
            {
                return SymbolStatus.Refused;
            }
        }

        if (assembly!.Contains(frame.SymbolId, frame.Symbol))
        {
            return SymbolStatus.Duplicate;
        }

        if (!assembly.TryAdd(frame.SymbolId, frame.Symbol, now))
        {
            reason = RefusalReason.SymbolBound;
            return SymbolStatus.Refused;
        }

        _symbolBytes += frame.Symbol.Length;
        var growing = assembly;
        while (_symbolBytes > bounds.MaxSymbolBytes && EvictOne(other => other != growing))
        {
        }

        return SymbolStatus.Stored;
    }

    /// <summary>Takes up a burst that was unfinished before a restart, within the same bounds as what is heard.</summary>
    /// <param name="kept">The burst.</param>
    /// <param name="lastHeard">When its last new symbol came, on this clock.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>Different symbols of it that are here now; 0 when it was not taken up.</returns>
    public int Restore(AssemblySnapshot.Kept kept, TimeSpan lastHeard, TimeSpan now)
    {
        if (now - lastHeard >= bounds.UnfinishedLifetime || _assemblies.ContainsKey(kept.Key) ||
            _symbolBytes + (kept.Symbols.Count * kept.Key.SymbolLength) > bounds.MaxSymbolBytes ||
            Open(kept.Key, kept.Sender, lastHeard, out var assembly) != RefusalReason.None)
        {
            return 0;
        }

        foreach (var symbol in kept.Symbols)
        {
            if (!assembly!.Contains(symbol.Id, symbol.Bytes) && assembly.TryAdd(symbol.Id, symbol.Bytes, lastHeard))
            {
                _symbolBytes += symbol.Bytes.Length;
            }
        }

        return assembly!.Rank;
    }

    public SymbolAssembly? Find(BurstKey key) => _assemblies.GetValueOrDefault(key);

    public FinishedBurst? FindFinished(BurstKey key) => _finished.GetValueOrDefault(key)?[^1];

    public IEnumerable<SymbolAssembly> Unfinished => _assemblies.Values;

    /// <summary>Closes an assembly whose burst was believed.</summary>
    public void Finish(SymbolAssembly assembly, byte[] paddedBytes, TimeSpan now)
    {
        Drop(assembly);
        RememberFinished(assembly.Key, paddedBytes, now);
    }

    /// <summary>Remembers a burst that came in one piece.</summary>
    public void RememberFinished(BurstKey key, byte[] paddedBytes, TimeSpan now)
    {
        if (_finishedInOrder.Count >= bounds.MaxFinished)
        {
            ForgetOldestFinished();
        }

        var finished = new FinishedBurst(key, paddedBytes, now);
        _finishedInOrder.Enqueue(finished);
        if (!_finished.TryGetValue(key, out var list))
        {
            _finished[key] = list = [];
        }

        list.Add(finished);
    }

    /// <summary>Takes forged symbols out of an assembly.</summary>
    public void Remove(SymbolAssembly assembly, Predicate<HeardSymbol> isForged)
    {
        var before = assembly.SymbolBytes;
        assembly.Remove(isForged);
        _symbolBytes -= before - assembly.SymbolBytes;
        if (assembly.Symbols.Count == 0)
        {
            _assemblies.Remove(assembly.Key);
        }
    }

    /// <summary>Forgets what has been silent for too long.</summary>
    public void Expire(TimeSpan now)
    {
        while (_finishedInOrder.TryPeek(out var oldest) && now - oldest.FinishedAt >= bounds.FinishedLifetime)
        {
            ForgetOldestFinished();
        }

        List<SymbolAssembly>? silent = null;
        foreach (var assembly in _assemblies.Values)
        {
            if (now - assembly.LastHeard >= bounds.UnfinishedLifetime)
            {
                (silent ??= []).Add(assembly);
            }
        }

        silent?.ForEach(Drop);
    }

    private bool AgreesWithFinished(in Frame frame)
    {
        if (!_finished.TryGetValue(frame.Key, out var candidates))
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[FrameFormat.MaxFrameLength];
        expected = expected[..frame.Symbol.Length];
        foreach (var candidate in candidates)
        {
            ErasureCode.For(frame.Key.SourceSymbols).Encode(candidate.PaddedBytes, frame.SymbolId, expected);
            if (expected.SequenceEqual(frame.Symbol))
            {
                return true;
            }
        }

        return false;
    }

    private RefusalReason Open(BurstKey key, PublicKey? sender, TimeSpan now, out SymbolAssembly? assembly)
    {
        assembly = null;
        var underTag = 0;
        var bySender = 0;
        foreach (var other in _assemblies.Values)
        {
            underTag += other.Key.Tag == key.Tag ? 1 : 0;
            bySender += sender is not null && other.Sender == sender ? 1 : 0;
        }

        if (bySender >= bounds.MaxAssembliesPerSender)
        {
            return RefusalReason.SenderBound;
        }

        if (underTag >= bounds.MaxAssembliesPerTag)
        {
            // Refusing instead would let a forger who fills a tag's places first keep the honest burst out.
            counters.Count(RefusalReason.TagBound);
            EvictOne(other => other.Key.Tag == key.Tag);
        }

        while (_assemblies.Count >= bounds.MaxAssemblies && EvictOne(_ => true))
        {
        }

        assembly = new SymbolAssembly(key, sender, now, bounds.MaxVersionsPerSymbol, key.SourceSymbols + bounds.MaxSurplusSymbols);
        _assemblies.Add(key, assembly);
        return RefusalReason.None;
    }

    private bool EvictOne(Predicate<SymbolAssembly> mayGo)
    {
        SymbolAssembly? victim = null;
        var least = (Invested: int.MaxValue, LastHeard: TimeSpan.MaxValue);
        foreach (var assembly in _assemblies.Values)
        {
            var standing = (assembly.IsPolluted ? assembly.SymbolBytes / 2 : assembly.SymbolBytes, assembly.LastHeard);
            if (mayGo(assembly) && standing.CompareTo(least) < 0)
            {
                (victim, least) = (assembly, standing);
            }
        }

        if (victim is null)
        {
            return false;
        }

        Drop(victim);
        Evictions++;
        return true;
    }

    private void Drop(SymbolAssembly assembly)
    {
        if (_assemblies.Remove(assembly.Key))
        {
            _symbolBytes -= assembly.SymbolBytes;
        }
    }

    private void ForgetOldestFinished()
    {
        var oldest = _finishedInOrder.Dequeue();
        var list = _finished[oldest.Key];
        list.Remove(oldest);
        if (list.Count == 0)
        {
            _finished.Remove(oldest.Key);
        }
    }
}
