using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace P2Panda.Radio.Gateway.Tests.Commands;

/// <summary>A relay and two gateways that know nothing of each other but the relay's address, each a process of its own.</summary>
public sealed partial class PeersCommandTests : IDisposable
{
    private readonly GatewayProgram _relay = new();
    private readonly GatewayProgram _one = new();
    private readonly GatewayProgram _other = new();
    private readonly List<Process> _running = [];

    [Fact]
    [Trait("duration", "long")]
    public async Task GatewaysFindEachOtherThroughARelayAndTellHow()
    {
        var (relayPeer, relayPort) = await StartAsync(_relay, "relay", "--port", "0", "--key", _relay.PathOf("relay.key"));
        string[] gateway = ["run", "--set", "radio.driver=none", "--set", "api.enabled=false", "--set", "network.nodePort=0", "--set", "network.mdns=false"];
        string[] relayed = [.. gateway, "--set", $"network.relayAddresses=127.0.0.1:{relayPort}"];
        var (onePeer, onePort) = await StartAsync(_one, relayed);
        var (otherPeer, _) = await StartAsync(_other, relayed);

        // Whoever came second discovers whoever came first.
        JsonElement list;
        var patience = Stopwatch.StartNew();
        do
        {
            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2));
            await Task.Delay(200);
            list = JsonDocument.Parse(_other.Run("peers", "list", "--json").Output).RootElement;
        }
        while (!list.GetProperty("connections").EnumerateArray().Any(each => each.GetProperty("peer").GetString() == onePeer));

        list.GetProperty("peer").GetString().ShouldBe(otherPeer);
        list.GetProperty("listening").EnumerateArray().Select(each => each.GetString()!).ShouldContain(address => address.Contains($"{relayPeer}/p2p-circuit"));
        _other.Run("peers", "list").Output.ShouldContain(onePeer);
        _other.Run("peers", "trace", relayPeer).Output.ShouldContain("keeps a place for us as relay");
        _other.Run("peers", "trace", onePeer).Output.ShouldContain("connected");
        _other.Run("peers", "trace", "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq").ExitCode.ShouldBe(1);

        // From outside, with a passing identity.
        _relay.Run("peers", "dial", $"127.0.0.1:{relayPort}").Output.ShouldContain("/libp2p/circuit/relay/0.2.0/hop");
        _relay.Run("peers", "ping", $"127.0.0.1:{onePort}", "--count", "2").Lines.Count.ShouldBe(2);
        _relay.Run("peers", "trace", $"/ip4/127.0.0.1/tcp/{relayPort}/p2p/{relayPeer}/p2p-circuit/p2p/{onePeer}").Output.ShouldContain("relayed, 131072 bytes each way");
        _relay.Run("peers", "dial", "127.0.0.1:1").ExitCode.ShouldBe(1);
        _relay.Run("peers", "dial", "nonsense").ExitCode.ShouldBe(2);
    }

    [Fact]
    public void WithoutAGatewayThereIsNobodyToAsk()
    {
        var answer = _one.Run("peers", "list");
        answer.ExitCode.ShouldBe(3);
        answer.Error.ShouldContain("no gateway runs with this configuration");
    }

    [Fact]
    public void WrongAddressesAndContradictionsAreSaidAtOnce()
    {
        var answer = _one.Run(
            "config", "check", "--set", "network.relayAddresses=relay.example", "--set", "network.announceAddresses=1.2.3.4:5", "--set", "network.socksProxy=localhost:9050");
        answer.ExitCode.ShouldBe(2);
        answer.Error.ShouldContain("network.relayAddresses: must be a list of host:port or multiaddrs");
        answer.Error.ShouldContain("network.announceAddresses: must be a list of multiaddrs");
        answer.Error.ShouldContain("network.socksProxy: must be an IP address with a port");
        _one.Run("config", "check", "--set", "network.socksProxy=127.0.0.1:9050").Error.ShouldContain("set network.transport to tcp");
        _one.Run("config", "check", "--set", "network.socksProxy=127.0.0.1:9050", "--set", "network.transport=tcp").ExitCode.ShouldBe(0);
    }

    public void Dispose()
    {
        foreach (var process in _running)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _relay.Dispose();
        _one.Dispose();
        _other.Dispose();
    }

    /// <summary>Starts it and waits for its peer id and its TCP port.</summary>
    private async Task<(string Peer, string Port)> StartAsync(GatewayProgram program, params string[] arguments)
    {
        var process = program.Start(arguments);
        _running.Add(process);
        var peer = "";
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) is { } line)
        {
            peer = PeerPattern().Match(line) is { Success: true } named ? named.Groups[1].Value : peer;
            if (PortPattern().Match(line) is { Success: true } port)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return (peer, port.Groups[1].Value);
            }
        }

        throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
    }

    [GeneratedRegex("Peer id (\\w+)")]
    private static partial Regex PeerPattern();

    [GeneratedRegex("Listening on /ip4/127\\.0\\.0\\.1/tcp/(\\d+)")]
    private static partial Regex PortPattern();
}
