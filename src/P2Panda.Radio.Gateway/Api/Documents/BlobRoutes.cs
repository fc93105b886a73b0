using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using P2Panda.Core.Hashing;
using P2Panda.Core.Operations;
using P2Panda.Documents;
using P2Panda.Documents.Queries;
using P2Panda.Radio.Gateway.Api.Description;

namespace P2Panda.Radio.Gateway.Api.Documents;

/// <summary>
/// <c>GET /blobs/{document}</c> and <c>GET /blobs/{document}/{view}</c>: files that were published as documents, as aquadoggo serves them, and
/// parts of them (RFC 9110, section 14). Whoever publishes says what type a file is of, so nothing that a browser could run or show as a page
/// is shown: such types are offered for saving, none is guessed, and a page opened anyway may do nothing.
/// </summary>
internal static class BlobRoutes
{
    private const string Sandbox = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'";

    /// <summary>Types that browsers only ever display.</summary>
    private static readonly string[] Passive =
        ["text/plain", "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "application/json"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in (string[])["/blobs/{document}", "/blobs/{document}/{view}"])
        {
            var route = routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], ServeAsync)
                .WithMetadata(new DisableRequestTimeoutAttribute())
                .Describe("A file that was published as a document of blob_v1; the ETag is its view id, Range and If-None-Match are obeyed", "documents")
                .Takes("document", "The document's id.", pattern: "^[0-9a-f]{68}$")
                .Answers(StatusCodes.Status200OK, "The file, of the type its author says.", "application/octet-stream")
                .Answers(StatusCodes.Status206PartialContent, "The part of it that was asked for.", "application/octet-stream")
                .Answers(StatusCodes.Status304NotModified, "It is still the view that was named.")
                .Answers(StatusCodes.Status400BadRequest, "That is no id.", "text/plain")
                .Answers(StatusCodes.Status404NotFound, "There is no such file here, or pieces are missing.", "text/plain")
                .Answers(StatusCodes.Status416RangeNotSatisfiable, "The part begins behind the end.");
            if (path.EndsWith("{view}", StringComparison.Ordinal))
            {
                route.Takes("view", "The view's id.", pattern: "^[0-9a-f]{68}(_[0-9a-f]{68})*$");
            }
        }
    }

    private static async Task<IResult> ServeAsync(
        string document, string? view, HttpContext context, MaterialisedDocuments documents, CancellationToken cancellation)
    {
        DocumentViewId? viewId = null;
        if (!Yasmf.TryParse(document, out var id) || (view is not null && !DocumentViewId.TryParse(view, out viewId)))
        {
            return Results.Text(
                "Could not parse identifier: a document id is 68 hexadecimal digits that begin with 0020, a view id such ids joined by '_'.",
                statusCode: StatusCodes.Status400BadRequest);
        }

        var blob = viewId is null
            ? await documents.FindBlobAsync(id, cancellation).ConfigureAwait(false)
            : await documents.FindBlobAsync(id, viewId, cancellation).ConfigureAwait(false);
        if (blob is null)
        {
            return Results.Text("Could not find document", statusCode: StatusCodes.Status404NotFound);
        }

        Protect(context.Response.Headers, blob);
        return Results.Stream(
            documents.OpenBlob(blob), blob.MimeType, entityTag: new EntityTagHeaderValue($"\"{blob.ViewId}\""), enableRangeProcessing: true);
    }

    private static void Protect(IHeaderDictionary headers, BlobRecord blob)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Sandbox;
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.CacheControl = "no-cache";
        var isPassive = Passive.Contains(blob.MimeType)
            || blob.MimeType.StartsWith("audio/", StringComparison.Ordinal) || blob.MimeType.StartsWith("video/", StringComparison.Ordinal);
        if (!isPassive)
        {
            headers.ContentDisposition = "attachment";
        }
    }
}
