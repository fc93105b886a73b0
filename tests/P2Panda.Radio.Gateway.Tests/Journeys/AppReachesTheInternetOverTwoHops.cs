using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Journeys;

/// <summary>
/// An app publishes through shirokuma to gateway A, which has nothing but a radio; B repeats; C has internet; D is behind a NAT, without a
/// radio, and knows nobody but a relay and rendezvous server. Real processes, real databases; the air runs faster than real time.
/// </summary>
public sealed partial class AppReachesTheInternetOverTwoHops(ITestOutputHelper output) : IDisposable
{
    private const int Documents = 100;
    private const int Entries = 4 + (2 * Documents);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly string _prefix = $"p2j{Environment.ProcessId % 100_000}";

    /// <summary>This machine and the router in front of D: addresses of their own, whatever runs beside this test or was left by a run that was killed.</summary>
    private readonly string _internet = Address(1);
    private readonly string _router = Address(2);
    private readonly GatewayProgram _program = new();
    private readonly List<RunningProgram> _running = [];

    public void Dispose()
    {
        _running.ForEach(each => each.Dispose());
        foreach (var name in (string[])["nat", "d"])
        {
            Execute("ip", "netns", "delete", $"{_prefix}{name}");
        }

        _program.Dispose();
    }

    [SkippableFact]
    [Trait("duration", "long")]
    public async Task BytesAreTheSameAtTheFarEnd()
    {
        Skip.If(Environment.UserName != "root", "Network namespaces need root.");
        MakeNetwork();
        var air = $"unix:{_program.PathOf("air")}";
        Run("sim", "ether", "--listen", air, "--link", "A-B:loss=0.1", "--link", "B-C:loss=0.1", "--speed", "20").WaitFor("The ether is at");
        var relay = Run("relay", "--port", "0", "--key", _program.PathOf("relay.key"));
        var relayId = PeerId().Match(relay.WaitFor("Peer id")).Value;
        var port = Port().Match(relay.WaitFor($"Listening on /ip4/{_internet}/udp/")).Groups[1].Value;
        relay.WaitFor("Application started");
        var server = JsonSerializer.Serialize(new[] { $"/ip4/{_internet}/udp/{port}/quic-v1/p2p/{relayId}" });
        File.WriteAllText(_program.PathOf("network.json"), $$"""{ "network": { "nodePort": 0, "relayAddresses": {{server}}, "rendezvousAddresses": {{server}} } }""");

        var a = Run([.. Gateway("A"), .. Radio(air, "A"), "--set", "network.enabled=false"]);
        Run([.. Gateway("B"), .. Radio(air, "B"), "--set", "network.enabled=false", "--set", "api.enabled=false"]);
        var c = Run([.. Gateway("C"), .. Radio(air, "C"), "--config", _program.PathOf("network.json"), "--set", "api.enabled=false"]);
        var d = Run(
            _program.StartIn($"{_prefix}d", [.. Gateway("D"), "--radio", "none", "--config", _program.PathOf("network.json"), "--set", "api.enabled=false"]));
        var (idOfC, idOfD) = (PeerId().Match(c.WaitFor("Peer id")).Value, PeerId().Match(d.WaitFor("Peer id")).Value);
        var endpoint = Url().Match(a.WaitFor("Now listening on")).Value;
        Publish(endpoint);

        var clock = Stopwatch.StartNew();
        while (Export("D").Count < Entries)
        {
            clock.Elapsed.ShouldBeLessThan(Patience, $"A {Export("A").Count}, B {Export("B").Count}, C {Export("C").Count}, D {Export("D").Count} of {Entries}");
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        var (wayOut, wayIn) = (WayTo(idOfC, "D"), WayTo(idOfD, "C"));
        output.WriteLine($"D is connected with C at {wayOut}; C sees D at {wayIn}");
        if (wayIn.Contains("/p2p-circuit", StringComparison.Ordinal))
        {
            wayIn.ShouldContain(relayId, Case.Sensitive, "relayed");
        }
        else
        {
            // The private address (192.168.77.2) means nothing here: what C sees is the router's.
            wayIn.ShouldStartWith($"/ip4/{_router}/", Case.Sensitive, "dialled out through the router, or punched");
            wayOut.ShouldStartWith($"/ip4/{_internet}/");
        }

        Export("D").ShouldBe(Export("A"));
        Export("A").Count.ShouldBe(Entries);
        output.WriteLine($"{Entries} entries at the far end {clock.Elapsed.TotalSeconds:0} s after the app had published the last, the air 20 times as fast");
    }

    /// <summary>The address of a gateway's connection with a peer, as <c>peers list</c> prints it.</summary>
    private string WayTo(string peer, string gateway)
    {
        var list = _program.Run("peers", "list", "--json", "--set", $"store.path={_program.PathOf(gateway + ".db")}");
        list.ExitCode.ShouldBe(0, list.Error);
        var connections = JsonDocument.Parse(list.Output).RootElement.GetProperty("connections").EnumerateArray()
            .Where(connection => connection.GetProperty("peer").GetString() == peer).ToList();
        connections.ShouldNotBeEmpty(list.Output);

        // A direct way beside a relayed one is the one that is used.
        return connections.OrderBy(connection => connection.GetProperty("relayed").GetBoolean()).First().GetProperty("address").GetString()!;
    }

    private static string[] Radio(string air, string name) => ["--radio", "sim", "--ether", air, "--ether-name", name];

    private static void Publish(string endpoint)
    {
        var folder = Path.Combine(TestVectors.RepositoryRoot, "tests", "P2Panda.Radio.Gateway.Tests", "js");
        Directory.Exists(Path.Combine(folder, "node_modules")).ShouldBeTrue("shirokuma is not installed: run \"make setup\"");
        using var app = Process.Start(new ProcessStartInfo("node", ["app.mjs", $"{endpoint}/graphql", $"{Documents}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        app.StandardOutput.ReadToEnd();
        app.WaitForExit();
        app.ExitCode.ShouldBe(0);
    }

    private static int Execute(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private string[] Gateway(string name) =>
    [
        "run", "--set", $"store.path={_program.PathOf(name + ".db")}", "--set", $"radio.keyFile={_program.PathOf(name + ".key")}",
    ];

    private RunningProgram Run(params string[] arguments) => Run(_program.Start(arguments));

    private RunningProgram Run(Process process)
    {
        _running.Add(new RunningProgram(process));
        return _running[^1];
    }

    /// <summary>Entries and operations of a database, in byte order.</summary>
    private List<string> Export(string name) =>
    [
        .. _program.Run("entries", "export", "--set", $"store.path={_program.PathOf(name + ".db")}").Lines
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(record => record.GetProperty("entry").GetString() + record.GetProperty("operation").GetString())
            .Order(StringComparer.Ordinal),
    ];

    private static string Address(int host)
    {
        var network = Environment.ProcessId % (64 * 256);
        return $"10.99.{network / 64}.{(network % 64 * 4) + host}";
    }

    /// <summary>This machine is the internet; D is in a private network behind a router that translates addresses.</summary>
    private void MakeNetwork()
    {
        var (nat, d) = ($"{_prefix}nat", $"{_prefix}d");
        string[][] steps =
        [
            ["ip", "netns", "add", nat],
            ["ip", "netns", "add", d],
            ["ip", "link", "add", $"{_prefix}w", "type", "veth", "peer", "name", "wan", "netns", nat],
            ["ip", "address", "add", $"{_internet}/30", "dev", $"{_prefix}w"],
            ["ip", "link", "set", $"{_prefix}w", "up"],
            ["ip", "-n", nat, "address", "add", $"{_router}/30", "dev", "wan"],
            ["ip", "-n", nat, "link", "set", "wan", "up"],
            ["ip", "link", "add", "lan", "netns", nat, "type", "veth", "peer", "name", "eth0", "netns", d],
            ["ip", "-n", nat, "address", "add", "192.168.77.1/24", "dev", "lan"],
            ["ip", "-n", nat, "link", "set", "lan", "up"],
            ["ip", "-n", d, "address", "add", "192.168.77.2/24", "dev", "eth0"],
            ["ip", "-n", d, "link", "set", "lo", "up"],
            ["ip", "-n", d, "link", "set", "eth0", "up"],
            ["ip", "-n", d, "route", "add", "default", "via", "192.168.77.1"],
            ["ip", "netns", "exec", nat, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"],
            ["ip", "netns", "exec", nat, "nft", "table ip nat { chain post { type nat hook postrouting priority 100; oifname \"wan\" masquerade; }; }"],
        ];
        foreach (var step in steps)
        {
            Execute(step[0], step[1..]).ShouldBe(0, string.Join(' ', step));
        }
    }

    [GeneratedRegex("/udp/(\\d+)/")]
    private static partial Regex Port();

    [GeneratedRegex("12D3KooW[A-Za-z0-9]+")]
    private static partial Regex PeerId();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Url();
}
