using P2Panda.Radio.Air.Erasure;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Reassembly;

/// <summary>Tries to rebuild a burst from what was heard of it.</summary>
internal sealed class BurstDecoder
{
    /// <summary>The padded burst, when K symbols were found that decode to bytes with the burst's tag.</summary>
    public static byte[]? TryDecode(SymbolAssembly assembly)
    {
        var k = assembly.Key.SourceSymbols;
        if (assembly.Rank < k)
        {
            return null;
        }

        return TryDecode(assembly.Key, FirstDistinct(assembly.Symbols, k)) ??
            TryDecode(assembly.Key, FirstDistinct(assembly.Symbols.Reverse(), k));
    }

    private static List<HeardSymbol> FirstDistinct(IEnumerable<HeardSymbol> symbols, int count) =>
        [.. symbols.DistinctBy(symbol => symbol.Id).Take(count)];

    private static byte[]? TryDecode(BurstKey key, List<HeardSymbol> chosen)
    {
        var symbols = new byte[key.PaddedLength];
        var ids = new byte[key.SourceSymbols];
        for (var index = 0; index < chosen.Count; index++)
        {
            ids[index] = chosen[index].Id;
            chosen[index].Bytes.CopyTo(symbols.AsSpan(index * key.SymbolLength));
        }

        var padded = new byte[key.PaddedLength];
        ErasureCode.For(key.SourceSymbols).Decode(ids, symbols, padded);
        return BurstTag.Of(padded) == key.Tag ? padded : null;
    }
}
