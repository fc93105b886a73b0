namespace P2Panda.Radio.Air.Compression;

/// <summary>The first bytes of a CBOR data item (RFC 8949, section 3), definite lengths only.</summary>
/// <param name="MajorType">0 to 7.</param>
/// <param name="Argument">The number, length or count.</param>
/// <param name="Length">Bytes of the head.</param>
/// <param name="IsShortest">Whether no shorter head says the same.</param>
internal readonly record struct CborHead(int MajorType, ulong Argument, int Length, bool IsShortest)
{
    public const int Unsigned = 0;
    public const int Bytes = 2;
    public const int Text = 3;
    public const int Array = 4;
    public const int Map = 5;
    public const int Tag = 6;
    public const int Simple = 7;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out CborHead head)
    {
        head = default;
        if (bytes.IsEmpty)
        {
            return false;
        }

        var info = bytes[0] & 0x1F;
        if (info < 24)
        {
            head = new CborHead(bytes[0] >> 5, (ulong)info, 1, true);
            return true;
        }

        var width = info switch { 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => 0 };
        if (width == 0 || bytes.Length < 1 + width)
        {
            return false;
        }

        var argument = 0UL;
        foreach (var part in bytes.Slice(1, width))
        {
            argument = (argument << 8) | part;
        }

        var shortest = argument >= width switch { 1 => 24UL, 2 => 1UL << 8, 4 => 1UL << 16, _ => 1UL << 32 };
        head = new CborHead(bytes[0] >> 5, argument, 1 + width, shortest);
        return true;
    }

    /// <summary>Writes the shortest head.</summary>
    public static void Write(RecordWriter writer, int majorType, ulong argument)
    {
        var width = argument < 24 ? 0 : argument < 1 << 8 ? 1 : argument < 1 << 16 ? 2 : argument < 1UL << 32 ? 4 : 8;
        var info = width switch { 0 => (int)argument, 1 => 24, 2 => 25, 4 => 26, _ => 27 };
        writer.Byte((byte)((majorType << 5) | info));
        for (var index = width - 1; index >= 0; index--)
        {
            writer.Byte((byte)(argument >> (8 * index)));
        }
    }
}
