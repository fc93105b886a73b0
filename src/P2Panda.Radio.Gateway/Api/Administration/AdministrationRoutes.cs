using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Gateway.Api.Description;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Api.Administration;

/// <summary>Calls that change how the gateway behaves; all need the token.</summary>
internal static class AdministrationRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var store = routes.ServiceProvider.GetRequiredService<ILogStore>();
        routes.MapPut("/api/v1/logs/{author}/{logId}/retention", context => SetRetentionAsync(context, store))
            .Describe("Keep a log for good, or only as long as it takes to carry it", "administration")
            .Takes("author", "The author's public key.", pattern: "^[0-9a-f]{64}$")
            .Takes("logId", "The author's log.", pattern: "^[0-9]{1,20}$")
            .TakesBody<RetentionRequest>()
            .Answers(StatusCodes.Status204NoContent, "Done.")
            .Fails(StatusCodes.Status400BadRequest, "A parameter or the body is wrong.")
            .Fails(StatusCodes.Status404NotFound, "There is no such log here.")
            .NeedsToken();
    }

    private static async Task SetRetentionAsync(HttpContext context, ILogStore store)
    {
        if (!PublicKey.TryParse((string)context.GetRouteValue("author")!, out var author) ||
            !ulong.TryParse((string)context.GetRouteValue("logId")!, System.Globalization.NumberStyles.None, null, out var logId))
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "An author is 64 hexadecimal digits, a log id a number.").ConfigureAwait(false);
            return;
        }

        RetentionRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync<RetentionRequest>(context.Request.Body, ApiJson.Options, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            request = null;
        }

        if (request is null)
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "The body is {\"retention\": \"kept\"} or {\"retention\": \"carried\"}.").ConfigureAwait(false);
            return;
        }

        var log = new LogKey(LogFormat.Bamboo, author, LogId.FromUInt64(logId));
        if (await store.SetRetentionAsync(log, request.Retention, context.RequestAborted).ConfigureAwait(false))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status404NotFound, "There is no such log here.").ConfigureAwait(false);
        }
    }
}
