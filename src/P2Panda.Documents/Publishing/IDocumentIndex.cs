using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Documents.Publishing;

/// <summary>What the rules of publishing need to know of the stored operations. Answers are about Bamboo logs.</summary>
public interface IDocumentIndex
{
    /// <summary>Where a stored operation belongs, or none.</summary>
    ValueTask<OperationPlace?> FindOperationAsync(EntryId operation, CancellationToken cancellation = default);

    /// <summary>Whether a delete of the document is stored.</summary>
    ValueTask<bool> IsDeletedAsync(EntryId document, CancellationToken cancellation = default);

    /// <summary>The log in which an author contributes to a document, or none.</summary>
    ValueTask<ulong?> FindLogAsync(PublicKey author, EntryId document, CancellationToken cancellation = default);

    /// <summary>The highest log id of an author, or none.</summary>
    ValueTask<ulong?> FindHighestLogAsync(PublicKey author, CancellationToken cancellation = default);
}
