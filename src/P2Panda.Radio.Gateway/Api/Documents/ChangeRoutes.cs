using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using P2Panda.Documents;
using P2Panda.Documents.States;
using P2Panda.Radio.Gateway.Api.Description;

namespace P2Panda.Radio.Gateway.Api.Documents;

/// <summary>
/// <c>GET /changes</c>: tells of documents that change, as server-sent events (WHATWG HTML, section 9.2), so that nobody has to poll. A reader
/// that comes back with the id of the last event it saw misses nothing; of a document that changed several times meanwhile it hears once.
/// </summary>
internal static class ChangeRoutes
{
    private const int EventsPerWrite = 200;
    private const int MaxSchemas = 100;

    /// <summary>So that neither side takes silence for a broken connection.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/changes", ServeAsync)
        .WithMetadata(new DisableRequestTimeoutAttribute())
        .Describe("Documents as they change, as server-sent events named document with documentId, viewId, schemaId and deleted as JSON", "documents")
        .Takes("after", "Begins after the event of this id, 0 for everything, like the header Last-Event-ID; without either with what changes from now on.", "integer")
        .Takes("schema", "Only documents of this schema; may be given several times.")
        .Answers(StatusCodes.Status200OK, "Events for as long as the connection lasts.", "text/event-stream")
        .Answers(StatusCodes.Status400BadRequest, "That is no id of an event.", "text/plain");

    private static async Task ServeAsync(
        HttpContext context, MaterialisedDocuments documents, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        if (!TryReadStart(context.Request, documents.LastChange, out var after) || context.Request.Query["schema"].Count > MaxSchemas)
        {
            await Results.Text("Last-Event-ID and after are the id of an event.", statusCode: StatusCodes.Status400BadRequest)
                .ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        var schemas = context.Request.Query["schema"].ToHashSet();
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await response.WriteAsync("retry: 3000\n\n", ends.Token).ConfigureAwait(false);
            while (true)
            {
                var changes = await documents.FindChangesAsync(after, EventsPerWrite, ends.Token).ConfigureAwait(false);
                foreach (var change in changes.Where(change => schemas.Count == 0 || schemas.Contains(change.SchemaId.Text)))
                {
                    Write(response.BodyWriter, change);
                }

                await response.BodyWriter.FlushAsync(ends.Token).ConfigureAwait(false);
                after = changes.Count > 0 ? changes[^1].Number : after;
                if (changes.Count < EventsPerWrite)
                {
                    await WaitAsync(context, documents, after, time, ends.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has gone, or the gateway is about to.
        }
    }

    private static async Task WaitAsync(
        HttpContext context, MaterialisedDocuments documents, long after, TimeProvider time, CancellationToken cancellation)
    {
        // Changes of documents that the reader has not asked for, or that changed again, leave gaps behind its last event.
        var waiting = documents.LastChange > after && (await documents.FindChangesAsync(after, 1, cancellation).ConfigureAwait(false)).Count > 0
            ? Task.CompletedTask
            : documents.WaitForChangesAsync(documents.LastChange, cancellation);
        while (true)
        {
            try
            {
                await waiting.WaitAsync(KeepAlive, time, cancellation).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                await context.Response.WriteAsync(": still here\n\n", cancellation).ConfigureAwait(false);
                await context.Response.BodyWriter.FlushAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    private static bool TryReadStart(HttpRequest request, long newest, out long after)
    {
        var given = request.Headers["Last-Event-ID"].FirstOrDefault() ?? request.Query["after"].FirstOrDefault();
        after = newest;
        return given is null || (long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out after) && after >= 0);
    }

    private static void Write(IBufferWriter<byte> output, DocumentChange change)
    {
        output.Write(System.Text.Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"id: {change.Number}\nevent: document\ndata: ")));
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("documentId", change.Document.ToString());
            json.WriteString("viewId", change.ViewId.ToString());
            json.WriteString("schemaId", change.SchemaId.Text);
            json.WriteBoolean("deleted", change.IsDeleted);
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }
}
