using P2Panda.Core.Operations;

namespace P2Panda.Documents.Queries;

/// <summary>A file: a document of <c>blob_v1</c> whose pieces are all here.</summary>
/// <param name="ViewId">The view of the document.</param>
/// <param name="MimeType">What its author says it is.</param>
/// <param name="Length">Bytes of all pieces together.</param>
public sealed record BlobRecord(DocumentViewId ViewId, string MimeType, long Length)
{
    internal IReadOnlyList<BlobPiece> Pieces { get; init; } = [];
}
