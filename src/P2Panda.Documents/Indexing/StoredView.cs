using P2Panda.Core.Operations;

namespace P2Panda.Documents.Indexing;

/// <summary>A view as the table has it.</summary>
internal sealed record StoredView(long Number, DocumentViewId ViewId, bool IsDeleted);
