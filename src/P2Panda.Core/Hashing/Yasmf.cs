using P2Panda.Core.Logs;

namespace P2Panda.Core.Hashing;

/// <summary>
/// Yet another self-describing multi-format hash, of which p2panda uses one kind: type 0 (BLAKE3) and 32 bytes, that is
/// <c>00 20</c> and the digest.
/// </summary>
public static class Yasmf
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 2 + Blake3.HashLength;

    /// <summary>Length of the text form in characters.</summary>
    public const int TextLength = 2 * Length;

    private const byte Blake3Type = 0x00;
    private const byte Blake3Length = 0x20;

    /// <summary>The hash of some bytes.</summary>
    public static EntryId Hash(ReadOnlySpan<byte> input)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Hash(input, bytes);
        return EntryId.FromBytes(bytes);
    }

    /// <summary>Writes the hash of some bytes.</summary>
    /// <param name="input">What to hash.</param>
    /// <param name="output">34 bytes.</param>
    public static void Hash(ReadOnlySpan<byte> input, Span<byte> output)
    {
        output[0] = Blake3Type;
        output[1] = Blake3Length;
        Blake3.Hash(input, output[2..Length]);
    }

    /// <summary>Whether these are 34 bytes that begin as a hash must. The reference decoder ignores the length byte; this one does not.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length && bytes[0] == Blake3Type && bytes[1] == Blake3Length;

    /// <summary>Reads the 34 bytes of a hash.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EntryId hash)
    {
        hash = IsWellFormed(bytes) ? EntryId.FromBytes(bytes) : default;
        return !hash.IsEmpty;
    }

    /// <summary>Reads 68 hexadecimal digits of either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EntryId hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length == TextLength &&
            Convert.FromHexString(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == Length)
        {
            return TryRead(bytes, out hash);
        }

        hash = default;
        return false;
    }
}
