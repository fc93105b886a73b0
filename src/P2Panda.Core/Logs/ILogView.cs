using P2Panda.Core.Keys;

namespace P2Panda.Core.Logs;

/// <summary>
/// What the air needs to know of the stored logs. Synchronous and answered from memory (entry bytes may come from the page cache of a
/// local database). Implemented by the store; calls may come from one thread at a time while appends go on elsewhere.
/// </summary>
public interface ILogView
{
    /// <summary>Highest sequence number stored without a gap below it, or none when the log is unknown.</summary>
    ulong? HeightOf(LogKey log);

    /// <summary>The id of a stored entry.</summary>
    bool TryGetId(LogKey log, ulong sequenceNumber, out EntryId id);

    /// <summary>Where a stored entry stands.</summary>
    bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber);

    /// <summary>The exact bytes of a stored entry.</summary>
    bool TryGetBytes(LogKey log, ulong sequenceNumber, out ReadOnlyMemory<byte> entry, out ReadOnlyMemory<byte>? payload);

    /// <summary>Adds every stored author whose key begins with <paramref name="prefix"/>, in byte order, at most <paramref name="limit"/>.</summary>
    void FindAuthors(ReadOnlySpan<byte> prefix, int limit, ICollection<PublicKey> matches);

    /// <summary>All stored logs with their heights, in the order of <see cref="LogKey"/>.</summary>
    IEnumerable<KeyValuePair<LogKey, ulong>> Heights();
}
