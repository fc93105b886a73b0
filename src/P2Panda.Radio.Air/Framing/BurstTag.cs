using System.Buffers.Binary;
using P2Panda.Core.Hashing;

namespace P2Panda.Radio.Air.Framing;

/// <summary>The first four bytes of BLAKE3 over a padded burst: names the burst in its frames and checks the decode.</summary>
/// <param name="Value">The four bytes as a big-endian number.</param>
public readonly record struct BurstTag(uint Value)
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 4;

    /// <summary>The tag of a burst.</summary>
    /// <param name="paddedBurst">All K × T bytes.</param>
    public static BurstTag Of(ReadOnlySpan<byte> paddedBurst)
    {
        Span<byte> hash = stackalloc byte[32];
        Blake3.Hash(paddedBurst, hash);
        return Read(hash);
    }

    /// <summary>Reads a tag from the first four bytes.</summary>
    public static BurstTag Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes));

    /// <summary>Writes the four bytes.</summary>
    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt32BigEndian(bytes, Value);

    /// <summary>Eight lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
}
