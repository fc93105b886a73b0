using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.States;

/// <summary>The newest change of a document.</summary>
/// <param name="Number">Grows with every change; a reader that remembers it misses none.</param>
/// <param name="Document">The document.</param>
/// <param name="ViewId">Its current view.</param>
/// <param name="SchemaId">Its schema.</param>
/// <param name="IsDeleted">Whether it was deleted.</param>
public sealed record DocumentChange(long Number, EntryId Document, DocumentViewId ViewId, SchemaId SchemaId, bool IsDeleted);
