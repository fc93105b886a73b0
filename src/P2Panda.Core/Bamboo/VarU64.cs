using System.Buffers.Binary;

namespace P2Panda.Core.Bamboo;

/// <summary>
/// The variable-length integers of Bamboo: up to 247 one byte; above, a first byte of 248 to 255 says that one to eight big-endian
/// bytes follow. Only the shortest form is valid.
/// </summary>
public static class VarU64
{
    /// <summary>Longest encoding, in bytes.</summary>
    public const int MaxLength = 1 + sizeof(ulong);

    /// <summary>Largest value which is its own byte.</summary>
    private const byte LargestSingle = 247;

    /// <summary>How many bytes a value takes.</summary>
    public static int LengthOf(ulong value) => value <= LargestSingle ? 1 : 1 + SignificantBytes(value);

    /// <summary>Writes a value and says how many bytes it took.</summary>
    /// <exception cref="ArgumentException"><paramref name="output"/> is too short.</exception>
    public static int Write(ulong value, Span<byte> output)
    {
        var length = LengthOf(value);
        if (output.Length < length)
        {
            throw new ArgumentException($"The value {value} takes {length} bytes; there is room for {output.Length}.", nameof(output));
        }

        if (length == 1)
        {
            output[0] = (byte)value;
            return 1;
        }

        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        output[0] = (byte)(LargestSingle + length - 1);
        bytes[(sizeof(ulong) + 1 - length)..].CopyTo(output[1..]);
        return length;
    }

    /// <summary>Reads a value from the beginning of the input; false when it is cut short or not in its shortest form.</summary>
    public static bool TryRead(ReadOnlySpan<byte> input, out ulong value, out int length)
    {
        value = 0;
        length = 0;
        if (input.IsEmpty)
        {
            return false;
        }

        var following = Math.Max(0, input[0] - LargestSingle);
        if (input.Length <= following)
        {
            return false;
        }

        value = following == 0 ? input[0] : 0UL;
        foreach (var next in input.Slice(1, following))
        {
            value = (value << 8) | next;
        }

        length = 1 + following;
        return length == LengthOf(value);
    }

    private static int SignificantBytes(ulong value) => sizeof(ulong) - (System.Numerics.BitOperations.LeadingZeroCount(value) / 8);
}
