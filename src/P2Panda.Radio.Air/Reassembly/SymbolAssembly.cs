using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Reassembly;

/// <summary>The symbols heard of one burst, every version of each, in the order of their arrival.</summary>
internal sealed class SymbolAssembly(BurstKey key, PublicKey? sender, TimeSpan now, int maxVersions, int maxSymbols)
{
    private readonly List<HeardSymbol> _symbols = [];
    private readonly byte[] _versions = new byte[FrameFormat.MaxSymbols];
    private byte[]? _unproven;

    public BurstKey Key { get; } = key;

    /// <summary>The signer of the first strict frame, where there was one.</summary>
    public PublicKey? Sender { get; } = sender;

    /// <summary>When the last new symbol came.</summary>
    public TimeSpan LastHeard { get; private set; } = now;

    /// <summary>Different symbol ids heard.</summary>
    public int Rank { get; private set; }

    /// <summary>Whether a decode has failed, which means that at least one symbol was forged.</summary>
    public bool IsPolluted { get; set; }

    public IReadOnlyList<HeardSymbol> Symbols => _symbols;

    public int SymbolBytes => _symbols.Count * Key.SymbolLength;

    /// <summary>Whether these decoded bytes were looked at before and could be neither proved nor disproved.</summary>
    public bool IsUnproven(byte[] padded) => _unproven is not null && padded.AsSpan().SequenceEqual(_unproven);

    /// <summary>Keeps decoded bytes that cannot be proved yet from being looked at again with every further symbol.</summary>
    public void NoteUnproven(byte[] padded) => _unproven = padded;

    public bool Contains(byte symbolId, ReadOnlySpan<byte> bytes)
    {
        if (_versions[symbolId] == 0)
        {
            return false;
        }

        foreach (var symbol in _symbols)
        {
            if (symbol.Id == symbolId && bytes.SequenceEqual(symbol.Bytes))
            {
                return true;
            }
        }

        return false;
    }

    public bool Has(byte symbolId) => _versions[symbolId] != 0;

    /// <summary>Keeps a symbol that <see cref="Contains"/> does not know, unless that would pass a bound.</summary>
    public bool TryAdd(byte symbolId, ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        if (_versions[symbolId] >= maxVersions || _symbols.Count >= maxSymbols)
        {
            return false;
        }

        if (_versions[symbolId]++ == 0)
        {
            Rank++;
        }

        _symbols.Add(new HeardSymbol(symbolId, bytes.ToArray()));
        LastHeard = now;
        return true;
    }

    /// <summary>Removes symbols proved to be forged.</summary>
    public void Remove(Predicate<HeardSymbol> isForged)
    {
        _symbols.RemoveAll(isForged);
        Array.Clear(_versions);
        Rank = 0;
        foreach (var symbol in _symbols)
        {
            if (_versions[symbol.Id]++ == 0)
            {
                Rank++;
            }
        }
    }
}
