using System.Buffers.Binary;

namespace P2Panda.Core.Logs;

/// <summary>
/// Identifies a log of one author: an ordered byte string. A Bamboo log id (unsigned 64 bit) is its eight bytes in big-endian order, so
/// byte order and numeric order are the same up to 2^64−1.
/// </summary>
public readonly struct LogId : IEquatable<LogId>, IComparable<LogId>
{
    /// <summary>Longest log id of any format, in bytes.</summary>
    public const int MaxLength = 32;

    private readonly byte[]? _bytes;

    private LogId(byte[] bytes) => _bytes = bytes;

    /// <summary>The bytes of the id; never modified.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The id of a Bamboo log.</summary>
    public static LogId FromUInt64(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return new LogId(bytes);
    }

    /// <summary>Copies an id from its ordered bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is longer than <see cref="MaxLength"/>.</exception>
    public static LogId FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
        {
            throw new ArgumentException($"A log id has at most {MaxLength} bytes, not {bytes.Length}.", nameof(bytes));
        }

        return new LogId(bytes.ToArray());
    }

    /// <summary>The number of a Bamboo log.</summary>
    /// <exception cref="InvalidOperationException">The id does not have eight bytes.</exception>
    public ulong ToUInt64() => Bytes.Length == sizeof(ulong)
        ? BinaryPrimitives.ReadUInt64BigEndian(Bytes)
        : throw new InvalidOperationException($"A log id of {Bytes.Length} bytes is not a Bamboo log id.");

    /// <inheritdoc/>
    public int CompareTo(LogId other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <inheritdoc/>
    public bool Equals(LogId other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LogId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Decimal for a Bamboo log id, lower-case hexadecimal otherwise.</summary>
    public override string ToString() => Bytes.Length == sizeof(ulong)
        ? ToUInt64().ToString(System.Globalization.CultureInfo.InvariantCulture)
        : Convert.ToHexStringLower(Bytes);

    /// <summary>Whether both are the same id.</summary>
    public static bool operator ==(LogId left, LogId right) => left.Equals(right);

    /// <summary>Whether the ids differ.</summary>
    public static bool operator !=(LogId left, LogId right) => !left.Equals(right);

    /// <summary>Byte order.</summary>
    public static bool operator <(LogId left, LogId right) => left.CompareTo(right) < 0;

    /// <summary>Byte order.</summary>
    public static bool operator >(LogId left, LogId right) => left.CompareTo(right) > 0;

    /// <summary>Byte order.</summary>
    public static bool operator <=(LogId left, LogId right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order.</summary>
    public static bool operator >=(LogId left, LogId right) => left.CompareTo(right) >= 0;
}
