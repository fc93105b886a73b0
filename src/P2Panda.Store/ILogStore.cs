using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Store;

/// <summary>
/// The log store, where air, internet and clients meet. Appending judges logs only: links and position (E4); author, signature and
/// payload were proved by <see cref="VerifiedEntry"/>. Members may be called from any thread. What is awaited touches the database; the
/// rest is answered from memory. Stores that live in this process's memory complete every call before it returns.
/// </summary>
public interface ILogStore : IAsyncDisposable
{
    /// <summary>The same logs, as the air reads them.</summary>
    ILogView View { get; }

    /// <summary>Counters and marks that survive a power cut.</summary>
    IDurableMarks Marks { get; }

    /// <summary>Number of the newest change; 0 for a store that never changed.</summary>
    long LastChange { get; }

    /// <summary>Stored entries that can be read.</summary>
    long EntryCount { get; }

    /// <summary>Entries in the out-of-order buffer.</summary>
    int BufferedCount { get; }

    /// <summary>Appends one entry. On return, what <see cref="AppendResult.Outcome"/> says is on stable storage.</summary>
    /// <exception cref="StoreException">The database failed; nothing was appended.</exception>
    ValueTask<AppendResult> AppendAsync(
        VerifiedEntry entry, RetentionClass retention = RetentionClass.Kept, CancellationToken cancellation = default);

    /// <summary>
    /// Appends entries in the order given, in one transaction (which concurrent appends may share). The results stand in the same order;
    /// a refused entry does not hold up the others. An entry that the rest of the batch made room for counts as appended.
    /// </summary>
    /// <exception cref="StoreException">The database failed; nothing was appended.</exception>
    ValueTask<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<VerifiedEntry> entries, RetentionClass retention = RetentionClass.Kept, CancellationToken cancellation = default);

    /// <summary>The same for entries that did not come from a client. An entry that is stored already keeps its origin.</summary>
    /// <exception cref="StoreException">The database failed; nothing was appended.</exception>
    ValueTask<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<VerifiedEntry> entries,
        EntryOrigin origin,
        RetentionClass retention = RetentionClass.Kept,
        CancellationToken cancellation = default);

    /// <summary>The entry at a position, or none.</summary>
    ValueTask<StoredEntry?> ReadAsync(LogKey log, ulong sequenceNumber, CancellationToken cancellation = default);

    /// <summary>The entry with this id, or none.</summary>
    ValueTask<StoredEntry?> ReadAsync(LogFormat format, EntryId id, CancellationToken cancellation = default);

    /// <summary>
    /// Entries of a log in order, beginning with the first readable one at or above <paramref name="from"/>: at most
    /// <paramref name="limit"/>, and fewer when they are large (<see cref="StoreBounds.MaxReadBytes"/>). Empty only when there are none.
    /// </summary>
    ValueTask<IReadOnlyList<StoredEntry>> ReadRangeAsync(LogKey log, ulong from, int limit, CancellationToken cancellation = default);

    /// <summary>A log's state, or none when nothing of it is stored.</summary>
    LogSummary? FindLog(LogKey log);

    /// <summary>All logs in the order of <see cref="LogKey"/>.</summary>
    IReadOnlyList<LogSummary> Logs();

    /// <summary>The logs of one author, in order.</summary>
    IReadOnlyList<LogSummary> LogsOf(LogFormat format, PublicKey author);

    /// <summary>Positions of a log that wait in the out-of-order buffer, ascending: what need not be asked for.</summary>
    IReadOnlyList<ulong> BufferedPositions(LogKey log);

    /// <summary>
    /// Changes after a sequence in their order, at most <paramref name="limit"/> and fewer when they are large. A reader that remembers
    /// <see cref="ChangePage.ReadTo"/> misses nothing, however slow it is or how often it restarts; entries pruned in the meantime are
    /// passed over.
    /// </summary>
    ValueTask<ChangePage> ReadChangesAsync(long after, int limit, CancellationToken cancellation = default);

    /// <summary>Completes as soon as <see cref="LastChange"/> is greater than <paramref name="after"/>.</summary>
    Task WaitForChangesAsync(long after, CancellationToken cancellation = default);

    /// <summary>Evidence of forks in the order of their changes, after a change number.</summary>
    ValueTask<IReadOnlyList<ForkEvidence>> ReadForksAsync(long after, int limit, CancellationToken cancellation = default);

    /// <summary>Gives a stored log another class, up or down. False when nothing of the log is stored.</summary>
    ValueTask<bool> SetRetentionAsync(LogKey log, RetentionClass retention, CancellationToken cancellation = default);

    /// <summary>
    /// Drops the bytes of entries of carried logs, and of buffered carried entries, that came in before <paramref name="receivedBefore"/>.
    /// Ids and positions of a log stay as long as one of its entries does, because later links are checked against them; a log without
    /// any readable entry is forgotten. Entries are dropped from the beginning of a log only. Fork evidence stays.
    /// </summary>
    ValueTask<PruneResult> PruneAsync(DateTimeOffset receivedBefore, CancellationToken cancellation = default);
}
