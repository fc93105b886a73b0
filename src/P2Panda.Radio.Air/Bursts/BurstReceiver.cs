using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Erasure;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Reassembly;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>
/// Turns frames into believed bursts and proved entries. Frames and instants in, results out; it neither waits nor throws on anything that
/// was heard. Time is monotonic, from any fixed start.
/// </summary>
public sealed class BurstReceiver
{
    private readonly BurstReceiverOptions _options;
    private readonly AssemblyPool _pool;
    private readonly SealCheck _seals;
    private readonly RecordIntake _intake;
    private readonly PollutionGauge _pollution = new();
    private readonly SealsInQuestion _questions = new();

    /// <summary>Makes a receiver for one network.</summary>
    public BurstReceiver(BurstReceiverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        Refusals = new RefusalCounters();
        _pool = new AssemblyPool(options.Bounds, Refusals);
        _seals = new SealCheck(options);
        _intake = new RecordIntake(new EntryCodec(new KnownEntries(options.Logs, options.Shapes), options.Shapes), Refusals);
    }

    /// <summary>How often each reason for a refusal was met.</summary>
    public RefusalCounters Refusals { get; }

    /// <summary>Unfinished bursts held.</summary>
    public int UnfinishedBursts => _pool.Count;

    /// <summary>Records that wait for what they lean on.</summary>
    public int PendingRecords => _intake.Pending.Count;

    /// <summary>Share of the symbols heard lately that was forged, 0 to 0.9; senders choose K by it.</summary>
    public double ForgedShare => _pollution.Share;

    /// <summary>Unfinished bursts given up for lack of room.</summary>
    public long Evictions => _pool.Evictions;

    /// <summary>Takes a frame in.</summary>
    /// <param name="frame">Bytes with a good CRC.</param>
    /// <param name="now">Monotonic time.</param>
    public FrameOutcome Receive(ReadOnlySpan<byte> frame, TimeSpan now)
    {
        var reason = Frame.TryParse(frame, out var parsed);
        if (reason != RefusalReason.None)
        {
            return Refuse(new FrameOutcome { Verdict = FrameVerdict.Refused }, reason);
        }

        var outcome = new FrameOutcome { Verdict = FrameVerdict.Refused, Key = parsed.Key, SymbolId = parsed.SymbolId };
        reason = _seals.CheckFrame(parsed, frame, out var frameSender);
        outcome = outcome with { FrameSender = frameSender };
        if (reason != RefusalReason.None)
        {
            return Refuse(outcome, reason);
        }

        return parsed.Key.SourceSymbols == 1 ? ReceiveSingle(parsed, outcome, now) : ReceiveSymbol(parsed, outcome, now);
    }

    /// <summary>A burst of our own: its symbols, heard again from whomever, bring nothing.</summary>
    public void NoteOwn(OutgoingBurst burst, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(burst);
        _pool.RememberFinished(burst.Key, burst.PaddedBytes.ToArray(), now);
    }

    /// <summary>An entry came to the store by another way; returns what waiting records have become readable by it.</summary>
    public IReadOnlyList<VerifiedEntry> NoteStored(EntryPosition position) => _intake.Supply(position);

    /// <summary>Reads a record made by <see cref="BurstWriter.WriteCanonicalRecord"/>, whose position is told beside it; none when it is not one.</summary>
    public VerifiedEntry? ReadCanonicalRecord(ReadOnlySpan<byte> record, EntryPosition position) => _intake.TakeLocated(record, position);

    /// <summary>
    /// A key with an id that is worth telling to those who do not hear it announced: one that has announced itself or with which a seal has
    /// verified, where every announced key is believed and entries are taken only under a seal. None otherwise.
    /// </summary>
    public PublicKey? KeyToTell(KeyId id) =>
        _options.RequireAttribution && _options.Keys.Policy == TrustPolicy.Open && _options.Keys.Find(id) is [var key, ..] ? key : null;

    /// <summary>
    /// Somebody told a key, be it another's. Where every announced key is believed it is known as soon as a seal verifies with it.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>Bursts heard lately that it has sealed and that are believed now.</returns>
    public IReadOnlyList<ReceivedBurst> NoteKey(PublicKey key, TimeSpan now)
    {
        _seals.Offer(key);
        var believed = new List<ReceivedBurst>();
        foreach (var waiting in _questions.Take(KeyId.Of(key), now))
        {
            var (reason, isSettled, burst) = Believe(waiting.Key, waiting.Padded, waiting.FrameSender, now);
            if (!isSettled)
            {
                continue;
            }

            if (_pool.Find(waiting.Key) is { } assembly)
            {
                _pool.Finish(assembly, waiting.Padded, now);
            }
            else
            {
                _pool.RememberFinished(waiting.Key, waiting.Padded, now);
            }

            if (reason == RefusalReason.None && burst is not null)
            {
                believed.Add(burst);
            }
            else
            {
                Refusals.Count(reason);
            }
        }

        return believed;
    }

    /// <summary>How far an unfinished burst has come: different symbols held, or none when it is not known.</summary>
    public int? RankOf(BurstKey key) => _pool.Find(key)?.Rank ?? (_pool.FindFinished(key) is null ? null : key.SourceSymbols);

    /// <summary>The unfinished bursts, with their ranks.</summary>
    public IEnumerable<KeyValuePair<BurstKey, int>> Unfinished =>
        _pool.Unfinished.Select(assembly => KeyValuePair.Create(assembly.Key, assembly.Rank));

    /// <summary>
    /// Writes unfinished bursts down, so that a restart need not begin them again. The same bytes come of it as long as no symbol of them is
    /// heard.
    /// </summary>
    /// <param name="bursts">Which, those first that matter most; what is not unfinished is passed over.</param>
    /// <param name="maxLength">Most bytes to write; bursts that do not fit stay out.</param>
    /// <returns>What <see cref="ResumeUnfinished"/> reads; empty when there is nothing to keep.</returns>
    public byte[] KeepUnfinished(IEnumerable<BurstKey> bursts, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(bursts);
        return AssemblySnapshot.Write(bursts.Select(_pool.Find).OfType<SymbolAssembly>(), maxLength);
    }

    /// <summary>Takes up bursts that were unfinished before a restart. They are believed no more than what is heard: seals and signatures decide.</summary>
    /// <param name="kept">What <see cref="KeepUnfinished"/> wrote, or anything else.</param>
    /// <param name="shift">What is to be added to its instants to make them instants of this clock.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>The bursts taken up with their ranks, or none when the bytes are damaged, and then none was taken up.</returns>
    public IReadOnlyList<KeyValuePair<BurstKey, int>>? ResumeUnfinished(ReadOnlySpan<byte> kept, TimeSpan shift, TimeSpan now)
    {
        if (kept.IsEmpty)
        {
            return [];
        }

        if (AssemblySnapshot.Read(kept) is not { } bursts)
        {
            return null;
        }

        var resumed = new List<KeyValuePair<BurstKey, int>>();
        foreach (var burst in bursts)
        {
            // What claims to have been heard in the future was heard just now.
            var lastHeard = burst.LastHeard + shift < now ? burst.LastHeard + shift : now;
            if (_pool.Restore(burst, lastHeard, now) is var rank and > 0)
            {
                resumed.Add(KeyValuePair.Create(burst.Key, rank));
            }
        }

        return resumed;
    }

    private FrameOutcome ReceiveSingle(in Frame frame, FrameOutcome outcome, TimeSpan now)
    {
        _pool.Expire(now);
        if (_pool.FindFinished(frame.Key) is { } finished && frame.Symbol.SequenceEqual(finished.PaddedBytes))
        {
            return outcome with { Verdict = FrameVerdict.Redundant, Rank = 1 };
        }

        var padded = frame.Symbol.ToArray();
        var (reason, isSettled, burst) = Believe(frame.Key, padded, outcome.FrameSender, now);
        if (isSettled)
        {
            _pool.RememberFinished(frame.Key, padded, now);
        }

        return reason != RefusalReason.None
            ? Refuse(outcome with { Rank = 1, UnknownKey = UnknownKey(reason, padded, 1) }, reason)
            : outcome with { Verdict = FrameVerdict.Completed, Rank = 1, Burst = burst };
    }

    private FrameOutcome ReceiveSymbol(in Frame frame, FrameOutcome outcome, TimeSpan now)
    {
        switch (_pool.Add(frame, outcome.FrameSender, now, out var assembly, out var reason))
        {
            case SymbolStatus.Redundant:
                return outcome with { Verdict = FrameVerdict.Redundant, Rank = frame.Key.SourceSymbols };
            case SymbolStatus.Duplicate:
                return outcome with { Verdict = FrameVerdict.Duplicate, Rank = assembly!.Rank };
            case SymbolStatus.Refused:
                return Refuse(outcome with { Rank = assembly?.Rank ?? 0 }, reason);
        }

        outcome = outcome with { Verdict = FrameVerdict.Progress, Rank = assembly!.Rank };
        if (assembly.Rank < frame.Key.SourceSymbols)
        {
            return outcome;
        }

        if (BurstDecoder.TryDecode(assembly) is not { } padded)
        {
            if (!assembly.IsPolluted)
            {
                _pollution.Count(1, 1);
                assembly.IsPolluted = true;
            }

            Refusals.Count(RefusalReason.TagMismatch);
            return outcome with { Reason = RefusalReason.TagMismatch };
        }

        if (assembly.IsUnproven(padded))
        {
            return outcome with { Reason = RefusalReason.KeyUnknown };
        }

        (reason, var isSettled, var burst) = Believe(frame.Key, padded, outcome.FrameSender, now);
        if (isSettled)
        {
            var forged = assembly.IsPolluted ? assembly.Symbols.Count(symbol => !IsOf(padded, assembly.Key, symbol)) : 0;
            _pollution.Count(assembly.Symbols.Count, forged);
            _pool.Finish(assembly, padded, now);
        }
        else if (reason is RefusalReason.SealInvalid or RefusalReason.EntrySignature or RefusalReason.BurstPadding)
        {
            RemoveForged(assembly, padded);
        }
        else
        {
            assembly.NoteUnproven(padded);
        }

        return reason != RefusalReason.None
            ? Refuse(outcome with { UnknownKey = UnknownKey(reason, padded, frame.Key.SourceSymbols) }, reason)
            : outcome with { Verdict = FrameVerdict.Completed, Rank = frame.Key.SourceSymbols, Burst = burst };
    }

    // Whoever ground out a tag sent symbols of his own burst: all that agree with it go, the tag stays open for the honest one.
    private void RemoveForged(SymbolAssembly assembly, byte[] padded) => _pool.Remove(assembly, symbol => IsOf(padded, assembly.Key, symbol));

    private static bool IsOf(byte[] padded, BurstKey key, HeardSymbol symbol)
    {
        Span<byte> expected = stackalloc byte[FrameFormat.MaxFrameLength];
        expected = expected[..key.SymbolLength];
        ErasureCode.For(key.SourceSymbols).Encode(padded, symbol.Id, expected);
        return expected.SequenceEqual(symbol.Bytes);
    }

    /// <summary>Whether a decoded burst is believed, and whether its tag may be closed whatever came of it.</summary>
    private (RefusalReason Reason, bool IsSettled, ReceivedBurst? Burst) Believe(BurstKey key, byte[] padded, PublicKey? frameSender, TimeSpan now)
    {
        var reason = BurstView.TryParse(padded, key.SourceSymbols, out var view);
        if (reason != RefusalReason.None)
        {
            return (reason, false, null);
        }

        var burst = new ReceivedBurst { Key = key, Kind = view.Kind, Body = view.Body.ToArray(), PaddedBytes = padded };
        if (view.Kind == BurstKind.AuthorEntry)
        {
            if (_options.RequireAttribution)
            {
                return (RefusalReason.AttributionMissing, false, null);
            }

            return TakeAuthored(burst, view.Body);
        }

        (reason, var sender) = _seals.CheckBurst(view, frameSender);
        burst = burst with { Sender = sender, Counter = view.Counter };
        var isUnattributed = reason == RefusalReason.KeyUnknown && view.Kind is BurstKind.Entries or BurstKind.Entry or BurstKind.RepairSet &&
            _options.Keys.Policy == TrustPolicy.Open && !_options.RequireAttribution;
        if (reason == RefusalReason.KeyUnknown && !isUnattributed && view.Kind is BurstKind.Entries or BurstKind.Entry or BurstKind.ChainPart)
        {
            _questions.Add(view.KeyId, key, padded, frameSender, now);
        }

        if (reason != RefusalReason.None && !isUnattributed)
        {
            // The seal is good in these three: nothing better will come under this tag.
            return (reason, reason is RefusalReason.KeyNotTrusted or RefusalReason.CounterReplayed or RefusalReason.Downgrade, null);
        }

        (reason, burst) = TakeBody(burst, view.Body);
        return isUnattributed && burst.Entries.Count == 0 && view.Kind != BurstKind.RepairSet
            ? (RefusalReason.KeyUnknown, false, null)
            : (reason, !isUnattributed || (burst.RefusedRecords.Count == 0 && view.Kind != BurstKind.RepairSet), reason == RefusalReason.None ? burst : null);
    }

    private (RefusalReason Reason, bool IsSettled, ReceivedBurst? Burst) TakeAuthored(ReceivedBurst burst, ReadOnlySpan<byte> body)
    {
        var reason = RefusalReason.None;
        if (body[0] == BurstFormat.SeveralRecords)
        {
            (reason, burst) = _intake.TakeRecords(burst, body[1..]);
        }
        else
        {
            burst = _intake.TakeRecord(burst, body);
        }

        // One author's signature is enough to know that this is what somebody meant to send.
        return burst.Entries.Count > 0
            ? (RefusalReason.None, true, burst)
            : (reason != RefusalReason.None ? reason : burst.RefusedRecords.FirstOrDefault(RefusalReason.BodyMalformed), false, null);
    }

    private (RefusalReason Reason, ReceivedBurst Burst) TakeBody(ReceivedBurst burst, ReadOnlySpan<byte> body)
    {
        switch (burst.Kind)
        {
            case BurstKind.Entry:
                return (RefusalReason.None, _intake.TakeRecord(burst, body));
            case BurstKind.Entries:
                return _intake.TakeRecords(burst, body);
            case BurstKind.ChainPart:
                return _intake.TakeChainPart(burst, body);
            case BurstKind.Announcement:
                return _intake.TakeAnnouncement(burst, body);
            default:
                return (RefusalReason.None, burst);
        }
    }

    private static KeyId? UnknownKey(RefusalReason reason, byte[] padded, int sourceSymbols) =>
        reason == RefusalReason.KeyUnknown && BurstView.TryParse(padded, sourceSymbols, out var view) == RefusalReason.None ? view.KeyId : null;

    private FrameOutcome Refuse(FrameOutcome outcome, RefusalReason reason)
    {
        Refusals.Count(reason);
        return outcome with { Verdict = FrameVerdict.Refused, Reason = reason };
    }
}
