using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Documents;
using P2Panda.Documents.States;

namespace P2Panda.Radio.Gateway.Api.Documents;

/// <summary>
/// <c>GET /documents/{id}</c> and <c>GET /authors/{publicKey}</c>: what radio means for a document. What has not come yet is named, and so
/// is how old the gateway's knowledge of an author is.
/// </summary>
internal static class DocumentRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/documents/{id}", FindDocumentAsync)
            .WithSummary("What is known of a document and what is known to be missing")
            .WithDescription(
                "complete is false while operations wait for others that they are built upon (waiting), while the schema is not known or while the " +
                "document itself has not come. heardAt says when an author's newest entry came in: what was written since is not known here.")
            .Produces<DocumentAnswer>()
            .Produces(StatusCodes.Status400BadRequest)
            .Produces(StatusCodes.Status404NotFound);
        routes.MapGet("/authors/{publicKey}", FindAuthorAsync)
            .WithSummary("From when the gateway's knowledge of an author dates")
            .Produces<AuthorAnswer>()
            .Produces(StatusCodes.Status400BadRequest)
            .Produces(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> FindDocumentAsync(string id, MaterialisedDocuments documents, CancellationToken cancellation)
    {
        if (!Yasmf.TryParse(id, out var document))
        {
            return Results.Text("A document id is 68 hexadecimal digits that begin with 0020.", statusCode: StatusCodes.Status400BadRequest);
        }

        return await documents.FindStateAsync(document, cancellation).ConfigureAwait(false) is { } state
            ? Results.Json(Answer(state))
            : Results.Text("Could not find document", statusCode: StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> FindAuthorAsync(string publicKey, MaterialisedDocuments documents, CancellationToken cancellation)
    {
        if (!PublicKey.TryParse(publicKey, out var author))
        {
            return Results.Text("A public key is 64 hexadecimal digits.", statusCode: StatusCodes.Status400BadRequest);
        }

        return await documents.FindAuthorAsync(author, cancellation).ConfigureAwait(false) is { } state
            ? Results.Json(new AuthorAnswer(state.Author.ToString(), state.HeardAt))
            : Results.Text("Nothing of this author has come yet", statusCode: StatusCodes.Status404NotFound);
    }

    private static DocumentAnswer Answer(DocumentState state) => new(
        state.Document.ToString(),
        state.SchemaId?.Text,
        state.ViewId?.ToString(),
        state.IsDeleted,
        state.ViewId is not null && state.Waiting.Count == 0,
        state.IsSchemaKnown,
        state.Operations,
        [
            .. state.Waiting.Select(waiting => new WaitingAnswer(
                waiting.Operation.ToString(), waiting.Author.ToString(), [.. waiting.Missing.Select(id => id.ToString())])),
        ],
        [.. state.Authors.Select(author => new AuthorAnswer(author.Author.ToString(), author.HeardAt))]);

    /// <summary>A document, as it is told of.</summary>
    internal sealed record DocumentAnswer(
        string DocumentId,
        string? SchemaId,
        string? ViewId,
        bool Deleted,
        bool Complete,
        bool SchemaKnown,
        int Operations,
        IReadOnlyList<WaitingAnswer> Waiting,
        IReadOnlyList<AuthorAnswer> Authors);

    /// <summary>An operation that waits.</summary>
    internal sealed record WaitingAnswer(string Operation, string Author, IReadOnlyList<string> Missing);

    /// <summary>How old the knowledge of an author is.</summary>
    internal sealed record AuthorAnswer(string PublicKey, DateTimeOffset HeardAt);
}
