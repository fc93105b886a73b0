using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.States;

/// <summary>What a gateway knows of a document, and what it knows to be missing.</summary>
/// <param name="Document">The document.</param>
/// <param name="SchemaId">The schema its create names; none while the create is missing.</param>
/// <param name="IsSchemaKnown">Whether that schema is known here; the document shows nothing before.</param>
/// <param name="ViewId">The current view; none while nothing shows.</param>
/// <param name="IsDeleted">Whether it was deleted.</param>
/// <param name="Operations">Operations that are stored and count.</param>
/// <param name="Waiting">Stored operations of the document that do not count yet, because something they are built upon is missing.</param>
/// <param name="Authors">Who contributes.</param>
public sealed record DocumentState(
    EntryId Document,
    SchemaId? SchemaId,
    bool IsSchemaKnown,
    DocumentViewId? ViewId,
    bool IsDeleted,
    int Operations,
    IReadOnlyList<WaitingOperation> Waiting,
    IReadOnlyList<AuthorState> Authors);
