using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using P2Panda.Libp2p;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands.Peers;

/// <summary><c>peers</c>: who the running gateway is connected to, and whether somebody can be reached from here.</summary>
internal static class PeersCommand
{
    private static readonly TimeSpan UpgradePatience = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "JSON instead of text" };
        var list = new Command("list", "Peers of the running gateway") { json };
        list.SetAction((result, cancellation) => ListAsync(SettingsOptions.Read(result), result.GetValue(json), cancellation));

        var address = new Argument<string>("address") { Description = "host:port or a multiaddr; through a relay: …/p2p/RELAY/p2p-circuit/p2p/PEER" };
        var dial = new Command("dial", "Connect once, with a passing identity, and tell what answers") { address, json };
        dial.SetAction((result, cancellation) => DialAsync(SettingsOptions.Read(result), result.GetValue(address)!, result.GetValue(json), cancellation));

        var count = new Option<int>("--count") { Description = "How often", DefaultValueFactory = _ => 4 };
        var ping = new Command("ping", "Measure round trips") { address, count };
        ping.SetAction((result, cancellation) => PingAsync(SettingsOptions.Read(result), result.GetValue(address)!, result.GetValue(count), cancellation));

        var target = new Argument<string>("peer") { Description = "A peer id: ask the running gateway. An address: try now" };
        var trace = new Command("trace", "Tell how a connection came to be, or why there is none") { target, json };
        trace.SetAction((result, cancellation) => TraceAsync(SettingsOptions.Read(result), result.GetValue(target)!, result.GetValue(json), cancellation));
        return new Command("peers", "See and try connections with other nodes") { list, dial, ping, trace };
    }

    private static async Task<int> ListAsync(GatewaySettings settings, bool json, CancellationToken cancellation)
    {
        var answer = await AskAsync(settings, "list", cancellation).ConfigureAwait(false);
        if (json)
        {
            await Console.Out.WriteLineAsync(answer.GetRawText()).ConfigureAwait(false);
            return ExitCode.Success;
        }

        Console.Out.WriteLine($"We are {answer.GetProperty("peer").GetString()}, reachability from outside: {answer.GetProperty("reachability").GetString()}.");
        foreach (var own in answer.GetProperty("listening").EnumerateArray().Concat(answer.GetProperty("confirmed").EnumerateArray()))
        {
            Console.Out.WriteLine($"  at {own.GetString()}");
        }

        if (answer.GetProperty("relay") is { ValueKind: JsonValueKind.Object } relay)
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Relaying: {relay.GetProperty("reservations").GetInt32()} reservations, {relay.GetProperty("circuits").GetInt32()} circuits, {relay.GetProperty("bytesForwarded").GetInt64()} bytes forwarded, {relay.GetProperty("refused").GetInt64()} requests refused."));
        }

        var table = new Table().Border(TableBorder.None).AddColumns("PEER", "", "WAY", "SINCE", "ROUND TRIP", "STREAMS", "AGENT", "ADDRESS");
        foreach (var connection in answer.GetProperty("connections").EnumerateArray())
        {
            table.AddRow([.. ((string[])[
                connection.GetProperty("peer").GetString()!,
                connection.GetProperty("direction").GetString()!,
                connection.GetProperty("relayed").GetBoolean() ? "relayed" : connection.GetProperty("transport").GetString()!,
                connection.GetProperty("opened").GetDateTimeOffset().UtcDateTime.ToString("u", CultureInfo.InvariantCulture),
                connection.GetProperty("roundTripMilliseconds") is { ValueKind: JsonValueKind.Number } ms ? ms.GetDouble().ToString("0.0 ms", CultureInfo.InvariantCulture) : "",
                connection.GetProperty("streams").GetInt32().ToString(CultureInfo.InvariantCulture),
                connection.GetProperty("agent").GetString() ?? "",
                connection.GetProperty("address").GetString()!]).Select(Markup.Escape)]);
        }

        AnsiConsole.Write(table);
        return ExitCode.Success;
    }

    private static async Task<int> DialAsync(GatewaySettings settings, string address, bool json, CancellationToken cancellation)
    {
        await using var passing = PassingNode.Create(settings.Network);
        var connection = await passing.ConnectAsync(address, cancellation).ConfigureAwait(false);
        await Task.WhenAny(connection.IdentifyDone, Task.Delay(TimeSpan.FromSeconds(5), cancellation)).ConfigureAwait(false);
        var report = PeerReports.Describe(connection);
        if (json)
        {
            await Console.Out.WriteLineAsync(report.ToJsonString()).ConfigureAwait(false);
        }
        else
        {
            foreach (var (name, value) in report)
            {
                Console.Out.WriteLine($"{name,-22} {(value is JsonArray list ? string.Join(' ', list.Select(item => item!.ToString())) : value?.ToString() ?? "–")}");
            }
        }

        return ExitCode.Success;
    }

    private static async Task<int> PingAsync(GatewaySettings settings, string address, int count, CancellationToken cancellation)
    {
        await using var passing = PassingNode.Create(settings.Network);
        var connection = await passing.ConnectAsync(address, cancellation).ConfigureAwait(false);
        for (var i = 0; i < count; i++)
        {
            try
            {
                var time = await connection.PingAsync(TimeProvider.System, cancellation).ConfigureAwait(false);
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{connection.RemotePeer} {time.TotalMilliseconds:0.00} ms at {connection.RemoteAddress}"));
            }
            catch (IOException e)
            {
                throw new CommandFailure(ExitCode.Failure, $"connected, but {e.Message} aquadoggo does not speak ping; use peers dial.");
            }
        }

        return ExitCode.Success;
    }

    private static async Task<int> TraceAsync(GatewaySettings settings, string target, bool json, CancellationToken cancellation)
    {
        JsonElement report;
        if (PeerId.TryParse(target, out var peer))
        {
            report = await AskAsync(settings, "trace " + peer, cancellation).ConfigureAwait(false);
        }
        else
        {
            await using var passing = PassingNode.Create(settings.Network);
            var connection = await passing.ConnectAsync(target, cancellation).ConfigureAwait(false);
            if (connection.IsRelayed)
            {
                // The peer that was dialed leads the upgrade.
                await passing.WaitForDirectAsync(connection.RemotePeer, UpgradePatience, cancellation).ConfigureAwait(false);
            }

            using var document = JsonDocument.Parse(PeerReports.Trace(passing.Node, connection.RemotePeer).ToJsonString());
            report = document.RootElement.Clone();
        }

        if (json)
        {
            await Console.Out.WriteLineAsync(report.GetRawText()).ConfigureAwait(false);
            return ExitCode.Success;
        }

        var lines = report.GetProperty("lines").EnumerateArray().ToList();
        if (lines.Count == 0)
        {
            throw new CommandFailure(ExitCode.Failure, $"the gateway has had nothing to do with {target}");
        }

        foreach (var line in lines)
        {
            Console.Out.WriteLine($"{line.GetProperty("at").GetDateTimeOffset().UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}  {line.GetProperty("text").GetString()}");
        }

        return ExitCode.Success;
    }

    private static async Task<JsonElement> AskAsync(GatewaySettings settings, string request, CancellationToken cancellation)
    {
        try
        {
            return await PeerReports.AskAsync(PeerReports.PathBeside(settings.Store.Path), request, cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new CommandFailure(ExitCode.Environment, e.Message);
        }
    }
}
