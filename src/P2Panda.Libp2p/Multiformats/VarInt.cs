namespace P2Panda.Libp2p;

/// <summary>
/// Unsigned varints as multiformats define them: LEB128, minimal, at most 9 bytes (63 bits).
/// </summary>
public static class VarInt
{
    /// <summary>Longest encoding, bytes.</summary>
    public const int MaxLength = 9;

    /// <summary>Reads one varint from the front of <paramref name="source"/>.</summary>
    /// <param name="source">Bytes, possibly incomplete.</param>
    /// <param name="value">The number, when the result is <see cref="VarIntResult.Ok"/>.</param>
    /// <param name="length">Bytes used, when the result is <see cref="VarIntResult.Ok"/>.</param>
    public static VarIntResult TryRead(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        value = 0;
        length = 0;
        var limit = Math.Min(source.Length, MaxLength);
        for (var i = 0; i < limit; i++)
        {
            var b = source[i];
            value |= (ulong)(b & 0x7f) << (7 * i);
            if (b >= 0x80)
            {
                continue;
            }

            if (b == 0 && i > 0)
            {
                return VarIntResult.NotMinimal;
            }

            length = i + 1;
            return VarIntResult.Ok;
        }

        return source.Length >= MaxLength ? VarIntResult.TooLong : VarIntResult.Incomplete;
    }

    /// <summary>Bytes <paramref name="value"/> takes.</summary>
    public static int LengthOf(ulong value)
    {
        var length = 1;
        while ((value >>= 7) != 0)
        {
            length++;
        }

        return length;
    }

    /// <summary>Writes <paramref name="value"/> and returns the bytes used.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Write(Span<byte> destination, ulong value)
    {
        if (destination.Length < LengthOf(value))
        {
            throw new ArgumentException("The destination is too short for this varint.", nameof(destination));
        }

        var i = 0;
        while (value >= 0x80)
        {
            destination[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[i++] = (byte)value;
        return i;
    }
}
