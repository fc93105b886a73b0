using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Store;

namespace P2Panda.Bridge.Index;

/// <summary>Which stored logs belong to which schemas, and in which order their entries can be sent. Safe to call from any thread.</summary>
public interface IReplicationIndex
{
    /// <summary>The system schemas, and those of applications whose definitions are complete.</summary>
    SchemaIdSet Known { get; }

    /// <summary>Entries were taken in; or a schema became known, when there are none.</summary>
    event Action<IReadOnlyList<IndexedEntry>>? Changed;

    /// <summary>Takes in what was stored up to now.</summary>
    Task RefreshAsync(CancellationToken cancellation = default);

    /// <summary>The document an entry belongs to, as far as what it builds upon is known.</summary>
    EntryId? FindDocument(EntryId entry, Operation operation);

    /// <summary>How far the logs go that contribute to documents of these schemas.</summary>
    ValueTask<LogHeights> DescribeAsync(SchemaIdSet schemas, CancellationToken cancellation = default);

    /// <summary>
    /// Entries of these schemas that somebody with <paramref name="remote"/> lacks: field definitions, schema definitions, other system
    /// schemas, application documents; of a document every operation after those it builds upon, and of a log every entry after the one
    /// before it. What cannot be sent in order, or has no operation, is left out with all that would follow in its log.
    /// </summary>
    IAsyncEnumerable<StoredEntry> FindMissingAsync(
        SchemaIdSet schemas, LogHeights remote, Func<LogKey, bool>? isWanted = null, CancellationToken cancellation = default);
}
