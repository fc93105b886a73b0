using P2Panda.Core.Keys;

namespace P2Panda.Core.Logs;

/// <summary>Names one append-only log: its format, its author and its id among the author's logs. Ordered by these three.</summary>
/// <param name="Format">The log format.</param>
/// <param name="Author">The key that signs every entry of the log.</param>
/// <param name="LogId">The log's id, unique per author and format.</param>
public readonly record struct LogKey(LogFormat Format, PublicKey Author, LogId LogId) : IComparable<LogKey>
{
    /// <inheritdoc/>
    public int CompareTo(LogKey other)
    {
        var order = Format.CompareTo(other.Format);
        order = order != 0 ? order : Author.CompareTo(other.Author);
        return order != 0 ? order : LogId.CompareTo(other.LogId);
    }

    /// <summary>Key and log id, for people.</summary>
    public override string ToString() => $"{Author}/{LogId}";

    /// <summary>Order by format, author, log id.</summary>
    public static bool operator <(LogKey left, LogKey right) => left.CompareTo(right) < 0;

    /// <summary>Order by format, author, log id.</summary>
    public static bool operator >(LogKey left, LogKey right) => left.CompareTo(right) > 0;

    /// <summary>Order by format, author, log id.</summary>
    public static bool operator <=(LogKey left, LogKey right) => left.CompareTo(right) <= 0;

    /// <summary>Order by format, author, log id.</summary>
    public static bool operator >=(LogKey left, LogKey right) => left.CompareTo(right) >= 0;
}
