namespace P2Panda.Core.Hashing;

/// <summary>BLAKE3 in one call: plain, keyed and key derivation, each with an output of any length.</summary>
/// <remarks>
/// After the specification of O'Connor, Aumasson, Neves and Wilcox-O'Hearn, 2020. Uses the vector registers of x86-64 and Arm and one
/// thread.
/// </remarks>
public static class Blake3
{
    /// <summary>Length of the usual output, in bytes.</summary>
    public const int HashLength = 32;

    /// <summary>Length of a key, in bytes.</summary>
    public const int KeyLength = 32;

    /// <summary>The 32-byte hash of the input.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> input)
    {
        var output = new byte[HashLength];
        Hash(input, output);
        return output;
    }

    /// <summary>Fills <paramref name="output"/> with the hash of the input; bytes beyond the 32nd are extended output.</summary>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> output) => Blake3Tree.Hash(Blake3Mode.Plain, input, output);

    /// <summary>Fills <paramref name="output"/> with the keyed hash of the input: a MAC or a pseudo-random function.</summary>
    /// <exception cref="ArgumentException"><paramref name="key"/> does not have 32 bytes.</exception>
    public static void KeyedHash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input, Span<byte> output) =>
        Blake3Tree.Hash(Blake3Mode.Keyed(key), input, output);

    /// <summary>Fills <paramref name="output"/> with a key derived from key material.</summary>
    /// <param name="context">Names the use of the key: a constant of the application, unique in the world.</param>
    /// <param name="material">The secret input.</param>
    /// <param name="output">The derived key.</param>
    public static void DeriveKey(string context, ReadOnlySpan<byte> material, Span<byte> output) =>
        Blake3Tree.Hash(Blake3Mode.DeriveKey(System.Text.Encoding.UTF8.GetBytes(context)), material, output);
}
