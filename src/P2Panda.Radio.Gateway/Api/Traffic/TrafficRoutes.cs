using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Bridge.Traffic;
using P2Panda.Core.Logs;
using P2Panda.Radio.Gateway.Api.Description;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Api.Traffic;

/// <summary>What crosses between internet and air: the rules, and what they refused. All calls need the token.</summary>
internal static class TrafficRoutes
{
    public const string Rules = "/api/v1/traffic/rules";
    public const string Refused = "/api/v1/traffic/quarantine";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var control = routes.ServiceProvider.GetRequiredService<TrafficControl>();
        var policy = routes.ServiceProvider.GetRequiredService<TrafficPolicy>();
        routes.MapGet(Rules, context => WriteRulesAsync(context, control))
            .Describe("The traffic rules in force", "traffic")
            .Answers<RulesReport>()
            .NeedsToken();
        routes.MapPut(Rules, context => ReplaceAsync(context, control))
            .Describe("Replace the traffic rules at once; kept in the database, also over a restart, until withdrawn", "traffic")
            .TakesBody<TrafficSettings>()
            .Answers<RulesReport>()
            .Fails(StatusCodes.Status400BadRequest, "The rules are wrong, and all that is wrong with them is listed; nothing was changed.")
            .Fails(StatusCodes.Status503ServiceUnavailable, "The database is away; nothing was changed.")
            .NeedsToken();
        routes.MapDelete(Rules, context => WithdrawAsync(context, control))
            .Describe("Put the configuration's traffic rules in force again", "traffic")
            .Answers<RulesReport>()
            .Fails(StatusCodes.Status503ServiceUnavailable, "The database is away; nothing was changed.")
            .NeedsToken();
        routes.MapGet(Refused, context => ApiJson.WriteAsync(context, QuarantineReport.Of(policy.Quarantine)))
            .Describe("Entries that the traffic rules refused, with the reason", "traffic")
            .Answers<QuarantineReport>()
            .NeedsToken();
        routes.MapPost(Refused + "/{id}/release", context => ReleaseAsync(context, control))
            .Describe("Let a refused entry cross in spite of the rules", "traffic")
            .Takes("id", "The entry's id.", pattern: "^[0-9a-f]{68}$")
            .Answers<ReleaseReport>()
            .Fails(StatusCodes.Status400BadRequest, "That is no id.")
            .Fails(StatusCodes.Status404NotFound, "It is not in the quarantine.")
            .Fails(StatusCodes.Status503ServiceUnavailable, "The database is away; it comes in when its peer sends it again.")
            .NeedsToken();
    }

    private static Task WriteRulesAsync(HttpContext context, TrafficControl control)
    {
        var (rules, areSet) = control.Current;
        return ApiJson.WriteAsync(context, new RulesReport(areSet, rules));
    }

    private static async Task ReplaceAsync(HttpContext context, TrafficControl control)
    {
        using var reader = new StreamReader(context.Request.Body);
        var read = SettingsReader.ReadTraffic(await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false));
        if (read.Settings is not { } rules)
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "The rules are wrong; nothing was changed.", read.Problems).ConfigureAwait(false);
            return;
        }

        await ChangeAsync(context, control, () => control.ReplaceAsync(rules, context.RequestAborted)).ConfigureAwait(false);
    }

    private static Task WithdrawAsync(HttpContext context, TrafficControl control) =>
        ChangeAsync(context, control, () => control.WithdrawAsync(context.RequestAborted));

    private static async Task ChangeAsync(HttpContext context, TrafficControl control, Func<Task> change)
    {
        try
        {
            await change().ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status503ServiceUnavailable, failure.Message).ConfigureAwait(false);
            return;
        }

        await WriteRulesAsync(context, control).ConfigureAwait(false);
    }

    private static async Task ReleaseAsync(HttpContext context, TrafficControl control)
    {
        var text = (string)context.GetRouteValue("id")!;
        var bytes = new byte[EntryId.MaxLength];
        if (text.Length != 2 * EntryId.MaxLength || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "An entry's id is 68 hexadecimal digits.").ConfigureAwait(false);
            return;
        }

        try
        {
            if (await control.ReleaseAsync(EntryId.FromBytes(bytes), context.RequestAborted).ConfigureAwait(false) is { } released)
            {
                await ApiJson.WriteAsync(context, new ReleaseReport(text, [.. released.Entries.Select(entry => entry.Direction)], released.Stored)).ConfigureAwait(false);
                return;
            }

            await ApiJson.WriteProblemAsync(context, StatusCodes.Status404NotFound, "It is not in the quarantine.").ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            await ApiJson.WriteProblemAsync(context, StatusCodes.Status503ServiceUnavailable, failure.Message).ConfigureAwait(false);
        }
    }
}
