using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Sending;

/// <summary>
/// What replication by schema needs to know of the stored operations: which logs belong to a set of schemas, and which operations another
/// node lacks, in an order that it can take them in. Only operations with a place in their document are told of: what waits for
/// predecessors or for its schema, or does not fit it, stays here, as it would in aquadoggo. Documents of <c>blob_v1</c> and
/// <c>blob_piece_v1</c> count only when their schema is asked for and a document of an application schema asked for points to them.
/// Answers are about what was taken in from the log store so far (<see cref="MaterialisedDocuments.CatchUpAsync"/>).
/// </summary>
public interface ISendingOrder
{
    /// <summary>The schemas known now, in the order of announcements.</summary>
    SchemaSet Schemas { get; }

    /// <summary>Changes whenever an answer may have changed.</summary>
    long LastChange { get; }

    /// <summary>The logs that contribute to documents of these schemas, with their heights: what a Have message says.</summary>
    Task<IReadOnlyList<ContributingLog>> FindLogsAsync(IReadOnlyCollection<SchemaId> schemas, CancellationToken cancellation = default);

    /// <summary>
    /// What a node lacks whose heights are given: within each log ascending without gaps, each operation after all it is built upon, field
    /// definitions before schema definitions before blobs before applications' documents, and otherwise by document id and position.
    /// </summary>
    /// <param name="schemas">The schemas that are exchanged.</param>
    /// <param name="heightOf">The other's height of a log; 0 for one it does not have.</param>
    /// <param name="limit">Most operations to give; what follows can be asked for with grown heights.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<IReadOnlyList<SendableOperation>> FindOperationsAsync(
        IReadOnlyCollection<SchemaId> schemas, Func<LogKey, ulong> heightOf, int limit, CancellationToken cancellation = default);
}
