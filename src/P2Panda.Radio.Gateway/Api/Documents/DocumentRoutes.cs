using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Documents;
using P2Panda.Radio.Gateway.Api.Description;

namespace P2Panda.Radio.Gateway.Api.Documents;

/// <summary>What radio means for a document: what has not come yet is named, and so is how old the gateway's knowledge of an author is.</summary>
internal static class DocumentRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var documents = routes.ServiceProvider.GetRequiredService<MaterialisedDocuments>();
        routes.MapGet("/api/v1/documents/{id}", context => FindDocumentAsync(context, documents))
            .Describe("What is known of a document and what is known to be missing", "documents")
            .Takes("id", "The document's id.", pattern: "^[0-9a-f]{68}$")
            .Answers<DocumentReport>()
            .Fails(StatusCodes.Status400BadRequest, "That is no id.")
            .Fails(StatusCodes.Status404NotFound, "Nothing of this document has come.");
        routes.MapGet("/api/v1/authors/{publicKey}", context => FindAuthorAsync(context, documents))
            .Describe("From when the gateway's knowledge of an author dates", "documents")
            .Takes("publicKey", "The author.", pattern: "^[0-9a-f]{64}$")
            .Answers<AuthorReport>()
            .Fails(StatusCodes.Status400BadRequest, "That is no public key.")
            .Fails(StatusCodes.Status404NotFound, "Nothing of this author has come.");
    }

    private static async Task FindDocumentAsync(HttpContext context, MaterialisedDocuments documents)
    {
        if (!Yasmf.TryParse((string?)context.Request.RouteValues["id"], out var id))
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "A document id is 68 hexadecimal digits that begin with 0020.").ConfigureAwait(false);
            return;
        }

        await (await documents.FindStateAsync(id, context.RequestAborted).ConfigureAwait(false) is { } state
            ? ApiJson.WriteAsync(context, DocumentReport.Of(state))
            : ApiJson.WriteProblemAsync(context, StatusCodes.Status404NotFound, "Nothing of this document has come.")).ConfigureAwait(false);
    }

    private static async Task FindAuthorAsync(HttpContext context, MaterialisedDocuments documents)
    {
        if (!PublicKey.TryParse((string?)context.Request.RouteValues["publicKey"], out var author))
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "A public key is 64 hexadecimal digits.").ConfigureAwait(false);
            return;
        }

        await (await documents.FindAuthorAsync(author, context.RequestAborted).ConfigureAwait(false) is { } state
            ? ApiJson.WriteAsync(context, AuthorReport.Of(state))
            : ApiJson.WriteProblemAsync(context, StatusCodes.Status404NotFound, "Nothing of this author has come.")).ConfigureAwait(false);
    }
}
