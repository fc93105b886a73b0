using P2Panda.Core.Logs;

namespace P2Panda.Store.Appending;

/// <summary>The rows an append reads and writes, inside one transaction of whoever keeps them. Reads see the transaction's own writes.</summary>
internal interface IAppendRows
{
    /// <summary>The id at a position at or below the log's height, and whether its bytes were pruned.</summary>
    bool TryFind(LogState log, ulong sequenceNumber, out EntryId id, out bool isPruned);

    StoredEntry? Read(LogState log, ulong sequenceNumber);

    void Insert(LogState log, PendingEntry entry, long change, long now);

    /// <summary>Gives a pruned entry its bytes back under a new change number.</summary>
    void Restore(LogState log, PendingEntry entry, long change, long now);

    /// <summary>Lowest readable position of a log, and when that entry came in.</summary>
    (ulong Position, long ReceivedAt) FindAvailable(LogState log);

    /// <summary>Inserts or replaces a log's own row; called once per log touched.</summary>
    void WriteLog(LogState log);

    PendingEntry? ReadBuffered(LogKey log, ulong sequenceNumber);

    void InsertBuffered(PendingEntry entry);

    void DeleteBuffered(LogKey log, ulong sequenceNumber);

    /// <summary>Marks a log as forked; the entries are null when the evidence is beyond its bound.</summary>
    void InsertFork(LogKey log, long change, PendingEntry? second, StoredEntry? first);
}
