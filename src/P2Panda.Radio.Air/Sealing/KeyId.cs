using System.Buffers.Binary;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;

namespace P2Panda.Radio.Air.Sealing;

/// <summary>The first eight bytes of BLAKE3 over a gateway's public key: a hint which key to try; the signature decides.</summary>
/// <param name="Value">The eight bytes as a big-endian number.</param>
public readonly record struct KeyId(ulong Value)
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 8;

    /// <summary>The id of a key.</summary>
    public static KeyId Of(PublicKey key)
    {
        Span<byte> hash = stackalloc byte[32];
        Blake3.Hash(key.Bytes, hash);
        return Read(hash);
    }

    /// <summary>Reads an id from the first eight bytes.</summary>
    public static KeyId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    /// <summary>Writes the eight bytes.</summary>
    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt64BigEndian(bytes, Value);

    /// <summary>Sixteen lower-case hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
