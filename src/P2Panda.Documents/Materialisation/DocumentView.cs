using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Materialisation;

/// <summary>What a document looks like after some of its operations.</summary>
/// <param name="DocumentId">The id of the create.</param>
/// <param name="SchemaId">The schema the document claims to follow.</param>
/// <param name="ViewId">The operations nothing was built upon.</param>
/// <param name="IsDeleted">Whether one of the operations is a delete.</param>
/// <param name="Fields">Fields by name; none for a deleted document.</param>
/// <param name="Order">The operations in the order in which they were folded; the place in it is what aquadoggo stores as position.</param>
public sealed record DocumentView(
    EntryId DocumentId,
    SchemaId SchemaId,
    DocumentViewId ViewId,
    bool IsDeleted,
    IReadOnlyDictionary<string, DocumentField> Fields,
    IReadOnlyList<EntryId> Order);
