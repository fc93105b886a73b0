using P2Panda.Documents.States;

namespace P2Panda.Radio.Gateway.Api.Documents;

/// <summary>What is known of a document and what is known to be missing.</summary>
/// <param name="DocumentId">The document.</param>
/// <param name="SchemaId">The schema its create names; none while the create has not come.</param>
/// <param name="ViewId">The current view; none while nothing shows.</param>
/// <param name="Deleted">Whether it was deleted.</param>
/// <param name="Complete">Whether it shows and none of its operations waits.</param>
/// <param name="SchemaKnown">Whether its schema is known here.</param>
/// <param name="Operations">Operations that count.</param>
/// <param name="Waiting">Operations that wait for others which they are built upon.</param>
/// <param name="Authors">Who contributes.</param>
internal sealed record DocumentReport(
    string DocumentId,
    string? SchemaId,
    string? ViewId,
    bool Deleted,
    bool Complete,
    bool SchemaKnown,
    int Operations,
    IReadOnlyList<WaitingReport> Waiting,
    IReadOnlyList<AuthorReport> Authors)
{
    public static DocumentReport Of(DocumentState state) => new(
        state.Document.ToString(),
        state.SchemaId?.Text,
        state.ViewId?.ToString(),
        state.IsDeleted,
        state.ViewId is not null && state.Waiting.Count == 0,
        state.IsSchemaKnown,
        state.Operations,
        [
            .. state.Waiting.Select(waiting => new WaitingReport(
                waiting.Operation.ToString(), waiting.Author.ToString(), [.. waiting.Missing.Select(id => id.ToString())])),
        ],
        [.. state.Authors.Select(AuthorReport.Of)]);
}
