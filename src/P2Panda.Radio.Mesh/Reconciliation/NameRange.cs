namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>All logs whose name begins with given bits.</summary>
/// <param name="Bits">Number of bits, 0 to <see cref="MaxBits"/>.</param>
/// <param name="Prefix">The bits, as a number below 2^<paramref name="Bits"/>.</param>
public readonly record struct NameRange(int Bits, uint Prefix)
{
    /// <summary>Longest prefix: sixteen million ranges.</summary>
    public const int MaxBits = 24;

    /// <summary>All logs.</summary>
    public static NameRange Everything { get; }

    /// <summary>Whether a log falls in the range.</summary>
    public bool Contains(LogName name) => Bits == 0 || name.High >> (64 - Bits) == Prefix;

    /// <summary>The range a name falls in when all are cut into 2^<paramref name="bits"/>.</summary>
    public static NameRange Of(LogName name, int bits) => bits == 0 ? Everything : new(bits, (uint)(name.High >> (64 - bits)));
}
