namespace P2Panda.Core.Operations;

/// <summary>
/// Orders strings by their UTF-8 bytes, which is the order of their code points. Ordinal order in .NET is that of UTF-16, where
/// characters beyond the first plane (surrogates) come before U+E000 to U+FFFF.
/// </summary>
public sealed class Utf8Order : IComparer<string>
{
    private Utf8Order()
    {
    }

    /// <summary>The only instance.</summary>
    public static Utf8Order Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        var left = x.AsSpan();
        var right = y.AsSpan();
        var same = left.CommonPrefixLength(right);
        return same == left.Length || same == right.Length
            ? left.Length.CompareTo(right.Length)
            : Rank(left[same]).CompareTo(Rank(right[same]));
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
