using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using P2Panda.Radio.Gateway.Api;
using P2Panda.Radio.Gateway.Api.Traffic;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands.Traffic;

/// <summary><c>quarantine list|release</c>: what the traffic rules refused.</summary>
internal static class QuarantineCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line" };
        var list = new Command("list", "List the latest entries that the rules refused, and why") { json };
        list.SetAction((result, cancellation) => ListAsync(result, result.GetValue(json), cancellation));

        var id = new Argument<string>("id") { Description = "The entry's id, 68 hexadecimal digits" };
        var release = new Command("release", "Let an entry cross in spite of the rules") { id };
        release.SetAction((result, cancellation) => ReleaseAsync(result, result.GetValue(id)!, cancellation));
        return new Command("quarantine", "Entries that the traffic rules refused; asks the running gateway") { list, release };
    }

    private static async Task<int> ListAsync(ParseResult result, bool json, CancellationToken cancellation)
    {
        var answer = await GatewayCall.SendAsync(SettingsOptions.Read(result), HttpMethod.Get, TrafficRoutes.Refused, null, cancellation).ConfigureAwait(false);
        var report = JsonSerializer.Deserialize<QuarantineReport>(answer, ApiJson.Options)!;
        var table = new Table().AddColumns("entry", "schema", "bytes", "going to", "reason", "refused");
        foreach (var entry in report.Entries)
        {
            if (json)
            {
                await Console.Out.WriteLineAsync(JsonSerializer.Serialize(entry, ApiJson.Options)).ConfigureAwait(false);
                continue;
            }

            table.AddRow(
                entry.Id,
                Markup.Escape(entry.Schema ?? "?"),
                entry.Bytes.ToString(CultureInfo.InvariantCulture),
                entry.Direction == Bridge.Traffic.TrafficDirection.ToAir ? "air" : "store",
                entry.IsReleased ? "released" : entry.Reason.ToString(),
                DateTimeOffset.FromUnixTimeSeconds(entry.RefusedAt).ToString("u", CultureInfo.InvariantCulture));
        }

        if (!json)
        {
            AnsiConsole.Write(table);
        }

        return ExitCode.Success;
    }

    private static async Task<int> ReleaseAsync(ParseResult result, string id, CancellationToken cancellation)
    {
        var path = $"{TrafficRoutes.Refused}/{Uri.EscapeDataString(id)}/release";
        var answer = await GatewayCall.SendAsync(SettingsOptions.Read(result), HttpMethod.Post, path, string.Empty, cancellation).ConfigureAwait(false);
        var report = JsonSerializer.Deserialize<ReleaseReport>(answer, ApiJson.Options)!;
        await Console.Out.WriteLineAsync(report switch
        {
            { Stored: { } outcome } => $"Released; the store says: {outcome}.",
            _ when report.Directions.Contains(Bridge.Traffic.TrafficDirection.ToAir) => "Released; it goes to the air in its turn.",
            _ => "Released; it comes in when its peer sends it again.",
        }).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
