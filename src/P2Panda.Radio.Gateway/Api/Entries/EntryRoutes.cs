using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Gateway.Api.Description;
using P2Panda.Radio.Node;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Api.Entries;

/// <summary>Stored entries, and how far they have spread.</summary>
internal static class EntryRoutes
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;
    private const string IdPattern = "^[0-9a-f]{68}$";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var store = routes.ServiceProvider.GetRequiredService<ILogStore>();
        var node = routes.ServiceProvider.GetService<RadioNode>();
        routes.MapGet("/api/v1/entries", context => ListAsync(context, store))
            .Describe("Entries in the order in which they were stored", "entries")
            .Takes("after", "Only entries after this change; 0 or nothing to begin with the oldest.", "integer")
            .Takes("limit", $"At most so many, up to {MaxLimit}; {DefaultLimit} when nothing is said.", "integer")
            .Takes("author", "Only entries of this public key.", pattern: "^[0-9a-f]{64}$")
            .Answers<EntryPage>()
            .Fails(StatusCodes.Status400BadRequest, "A parameter is wrong.");
        routes.MapGet("/api/v1/entries/{id}", context => FindAsync(context, store, entry => ApiJson.WriteAsync(context, EntryReport.Of(entry))))
            .Describe("One entry", "entries")
            .Takes("id", "The entry's id.", pattern: IdPattern)
            .Answers<EntryReport>()
            .Fails(StatusCodes.Status400BadRequest, "That is no id.")
            .Fails(StatusCodes.Status404NotFound, "There is no such entry here.");
        routes.MapGet("/api/v1/entries/{id}/receipt", context => FindAsync(context, store, entry => WriteReceiptAsync(context, node, entry)))
            .Describe("How far an entry has spread by radio", "entries")
            .Takes("id", "The entry's id.", pattern: IdPattern)
            .Answers<ReceiptReport>()
            .Fails(StatusCodes.Status400BadRequest, "That is no id.")
            .Fails(StatusCodes.Status404NotFound, "There is no such entry here, or no radio.");
    }

    private static async Task ListAsync(HttpContext context, ILogStore store)
    {
        var query = context.Request.Query;
        PublicKey? author = null;
        if (!TryRead(query["after"], 0, long.MaxValue, 0, out var after) || !TryRead(query["limit"], 1, MaxLimit, DefaultLimit, out var limit))
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status400BadRequest, $"'after' is a number from 0, 'limit' one from 1 to {MaxLimit}.").ConfigureAwait(false);
            return;
        }

        if (query["author"].ToString() is { Length: > 0 } text)
        {
            if (!PublicKey.TryParse(text, out var key))
            {
                await ApiJson.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "'author' is 64 hexadecimal digits.").ConfigureAwait(false);
                return;
            }

            author = key;
        }

        // One page of the feed, whatever of it is left: a rare author costs many small pages, never one long search.
        var page = await store.ReadChangesAsync(after, (int)limit, context.RequestAborted).ConfigureAwait(false);
        var entries = page.Changes
            .Where(change => change.Kind == StoreChangeKind.Appended && (author is null || change.Entry.Log.Author == author))
            .Select(change => EntryReport.Of(change.Entry));
        await ApiJson.WriteAsync(context, new EntryPage([.. entries], page.ReadTo, store.LastChange)).ConfigureAwait(false);
    }

    private static bool TryRead(string? text, long min, long max, long otherwise, out long value)
    {
        value = otherwise;
        return string.IsNullOrEmpty(text) || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);
    }

    private static async Task FindAsync(HttpContext context, ILogStore store, Func<StoredEntry, Task> answer)
    {
        var text = (string)context.GetRouteValue("id")!;
        var bytes = new byte[EntryId.MaxLength];
        if (text.Length != 2 * EntryId.MaxLength || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "An entry's id is 68 hexadecimal digits.").ConfigureAwait(false);
        }
        else if (await store.ReadAsync(LogFormat.Bamboo, EntryId.FromBytes(bytes), context.RequestAborted).ConfigureAwait(false) is { } entry)
        {
            await answer(entry).ConfigureAwait(false);
        }
        else
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status404NotFound, "There is no such entry here.").ConfigureAwait(false);
        }
    }

    private static Task WriteReceiptAsync(HttpContext context, RadioNode? node, StoredEntry entry)
    {
        if (node is null)
        {
            return ApiJson.WriteProblemAsync(context, StatusCodes.Status404NotFound, "This gateway has no radio.");
        }

        var receipt = node.Receipt(entry.Log, entry.SequenceNumber);
        return ApiJson.WriteAsync(context, new ReceiptReport(receipt.Holders, receipt.Neighbours, receipt.FramesSent, receipt.FramesHeard, receipt.IsHeld));
    }
}
