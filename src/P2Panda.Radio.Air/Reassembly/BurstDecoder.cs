using P2Panda.Radio.Air.Erasure;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Reassembly;

/// <summary>
/// Rebuilds a burst from what was heard of it, forged symbols or not: the K oldest symbols, the K newest, error correction, and then
/// subsets with the newest symbol (those without it were tried when it was not there), all of them or a random sample, as the budget
/// allows. The work is counted, not timed, so that a simulation repeats it exactly.
/// </summary>
internal static class BurstDecoder
{
    /// <summary>Subsets tried for one received frame; a few milliseconds at K = 6 on a Raspberry Pi.</summary>
    public const int MaxSubsets = 600;

    /// <summary>The padded burst, when K symbols were found that decode to bytes with the burst's tag.</summary>
    public static byte[]? TryDecode(SymbolAssembly assembly)
    {
        var k = assembly.Key.SourceSymbols;
        if (assembly.Rank < k)
        {
            return null;
        }

        var symbols = assembly.Symbols;
        var distinct = symbols.DistinctBy(symbol => symbol.Id).ToList();
        return TryDecode(assembly.Key, distinct[..k]) ??
            (symbols.Count == k ? null
                : TryDecode(assembly.Key, [.. symbols.Reverse().DistinctBy(symbol => symbol.Id).Take(k)]) ??
                  TryCorrect(assembly.Key, distinct) ??
                  SearchSubsets(assembly));
    }

    private static byte[]? TryCorrect(BurstKey key, List<HeardSymbol> distinct) =>
        ErrorCorrection.TrustedOf(distinct, key.SourceSymbols) is { } trusted
            ? TryDecode(key, trusted[..key.SourceSymbols])
            : null;

    private static byte[]? SearchSubsets(SymbolAssembly assembly)
    {
        var symbols = assembly.Symbols;
        var newest = symbols[^1];
        var older = symbols.Take(symbols.Count - 1).Where(symbol => symbol.Id != newest.Id).ToArray();
        var wanted = assembly.Key.SourceSymbols - 1;
        if (older.Length < wanted)
        {
            return null;
        }

        var chosen = new int[wanted];
        for (var index = 0; index < wanted; index++)
        {
            chosen[index] = index;
        }

        var all = Subsets(older.Length, wanted) <= MaxSubsets;
        var random = new Random(unchecked((int)assembly.Key.Tag.Value) ^ symbols.Count);
        for (var tried = 0; tried < MaxSubsets; tried++)
        {
            if (!all)
            {
                random.Shuffle(older);
            }

            List<HeardSymbol> subset = [newest, .. chosen.Select(index => older[index])];
            if (subset.DistinctBy(symbol => symbol.Id).Count() == subset.Count && TryDecode(assembly.Key, subset) is { } padded)
            {
                return padded;
            }

            if (all && !Advance(chosen, older.Length))
            {
                return null;
            }
        }

        return null;
    }

    private static double Subsets(int of, int count)
    {
        var subsets = 1.0;
        for (var index = 0; index < count; index++)
        {
            subsets *= (of - index) / (index + 1.0);
        }

        return subsets;
    }

    private static bool Advance(int[] chosen, int count)
    {
        for (var index = chosen.Length - 1; index >= 0; index--)
        {
            if (chosen[index] < count - (chosen.Length - index))
            {
                chosen[index]++;
                for (var following = index + 1; following < chosen.Length; following++)
                {
                    chosen[following] = chosen[following - 1] + 1;
                }

                return true;
            }
        }

        return false;
    }

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
