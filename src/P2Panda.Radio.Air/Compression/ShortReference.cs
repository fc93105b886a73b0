namespace P2Panda.Radio.Air.Compression;

/// <summary>
/// The beginning of a 32-byte name, as long as the sender finds it needs: one to four bytes, of which the top two bits of the first give
/// the number of bytes and the other 6, 14, 22 or 30 bits are the first bits of the name. Whoever reads it tries every name that begins
/// so; the signature decides.
/// </summary>
/// <param name="Length">Bytes, 1 to 4.</param>
/// <param name="Bits">The first 8 × Length − 2 bits of the name.</param>
internal readonly record struct ShortReference(int Length, uint Bits)
{
    public const int MaxLength = 4;

    /// <summary>How many of the name's bits are known.</summary>
    public int BitCount => (8 * Length) - 2;

    public static ShortReference To(ReadOnlySpan<byte> name, int length) =>
        new(length, BigEndian(name) >> (32 - ((8 * length) - 2)));

    public bool Matches(ReadOnlySpan<byte> name) => BigEndian(name) >> (32 - BitCount) == Bits;

    /// <summary>The four prefixes of <see cref="Length"/> whole bytes that this reference may stand for.</summary>
    public void WritePrefix(int lastTwoBits, Span<byte> prefix)
    {
        var bits = (Bits << 2) | (uint)lastTwoBits;
        for (var index = Length - 1; index >= 0; index--)
        {
            prefix[index] = (byte)bits;
            bits >>= 8;
        }
    }

    public void Write(RecordWriter writer)
    {
        var value = ((uint)(Length - 1) << BitCount) | Bits;
        for (var index = Length - 1; index >= 0; index--)
        {
            writer.Byte((byte)(value >> (8 * index)));
        }
    }

    public static bool TryRead(ref RecordReader reader, out ShortReference reference)
    {
        reference = default;
        if (!reader.TryPeek(out var first) || !reader.TryBytes((first >> 6) + 1, out var bytes))
        {
            return false;
        }

        var value = 0u;
        foreach (var part in bytes)
        {
            value = (value << 8) | part;
        }

        var bitCount = (8 * bytes.Length) - 2;
        reference = new ShortReference(bytes.Length, value & ((1u << bitCount) - 1));
        return true;
    }

    private static uint BigEndian(ReadOnlySpan<byte> name) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(name);
}
