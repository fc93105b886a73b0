namespace P2Panda.Core.Logs;

/// <summary>
/// Names an entry for ever: the 34-byte YASMF hash of a Bamboo entry (which is also its operation's id), or the plain 32-byte hash of
/// a later format.
/// </summary>
public readonly struct EntryId : IEquatable<EntryId>, IComparable<EntryId>
{
    /// <summary>Longest entry id of any format, in bytes.</summary>
    public const int MaxLength = 34;

    private readonly byte[]? _bytes;

    private EntryId(byte[] bytes) => _bytes = bytes;

    /// <summary>The bytes of the id; never modified.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Whether this is the default value, which names no entry.</summary>
    public bool IsEmpty => _bytes is null or { Length: 0 };

    /// <summary>Copies an id from its bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> is empty or longer than <see cref="MaxLength"/>.</exception>
    public static EntryId FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxLength)
        {
            throw new ArgumentException($"An entry id has 1 to {MaxLength} bytes, not {bytes.Length}.", nameof(bytes));
        }

        return new EntryId(bytes.ToArray());
    }

    /// <inheritdoc/>
    public int CompareTo(EntryId other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <inheritdoc/>
    public bool Equals(EntryId other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EntryId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>Lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <summary>Whether both name the same entry.</summary>
    public static bool operator ==(EntryId left, EntryId right) => left.Equals(right);

    /// <summary>Whether they name different entries.</summary>
    public static bool operator !=(EntryId left, EntryId right) => !left.Equals(right);

    /// <summary>Byte order.</summary>
    public static bool operator <(EntryId left, EntryId right) => left.CompareTo(right) < 0;

    /// <summary>Byte order.</summary>
    public static bool operator >(EntryId left, EntryId right) => left.CompareTo(right) > 0;

    /// <summary>Byte order.</summary>
    public static bool operator <=(EntryId left, EntryId right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order.</summary>
    public static bool operator >=(EntryId left, EntryId right) => left.CompareTo(right) >= 0;
}
