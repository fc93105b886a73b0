using System.Globalization;
using System.Text.Json;

namespace P2Panda.Libp2p.Nat.Tests;

/// <summary>
/// The network with an agent at every host, shared by all scenarios, and the steps they have in common. Hosts are processes and their
/// routers the kernel's, whose mappings and delays follow the machine's clock: so do the scenarios.
/// </summary>
public sealed class Lab : IAsyncLifetime
{
    private readonly Dictionary<string, NatAgent> _agents = [];
    private int _next = 3000;

    internal Network Network { get; private set; } = null!;

    /// <summary>When the pair that is left alone for a minute was connected, and who it is.</summary>
    internal (DateTimeOffset At, LabNode A, LabNode B) Quiet { get; private set; }

    internal NatAgent this[string host] => _agents[host];

    public async Task InitializeAsync()
    {
        Network = new Network();
        string[] hosts = ["pub", "ha", "hb", "hc", "he", "hd", "hf"];
        var agents = await Task.WhenAll(hosts.Select(host => NatAgent.StartAsync(Network.Of(host))));
        foreach (var (host, agent) in hosts.Zip(agents))
        {
            _agents[host] = agent;
        }

        foreach (var router in (string[])["cg", "rd", "re"])
        {
            Network.SetUdpTimeout(router, 10);
        }

        var relay = await RelayAsync();
        var b = await NodeAsync("hd", "quic", new { dcutr = true });
        var a = await NodeAsync("he", "quic", new { dcutr = true });
        await ReserveAsync(b, relay);
        await ConnectAsync(a, relay, b);
        await a.SendAsync("direct", new { peer = b.Peer, seconds = 30 });
        Quiet = (DateTimeOffset.UtcNow, a, b);
    }

    public async Task DisposeAsync()
    {
        foreach (var agent in _agents.Values)
        {
            await agent.DisposeAsync();
        }

        Network?.Dispose();
    }

    /// <summary>Both routers as they were, cables without delay.</summary>
    internal void Reset()
    {
        foreach (var router in (string[])["ra", "rb"])
        {
            Network.SetRouter(router);
        }

        Network.SetDelay(0, 0, 0);
        Network.SetDelay(1, 0, 0);
    }

    /// <summary>A relay on the public host, over QUIC and TCP.</summary>
    internal Task<LabNode> RelayAsync(object? options = null) => NodeAsync("pub", "both", Merge(new { relay = true }, options));

    /// <summary>A node of its own port.</summary>
    /// <param name="host">Where.</param>
    /// <param name="transports">quic, tcp or both.</param>
    /// <param name="options">Fields of the agent's request.</param>
    /// <param name="address">IP address to listen on.</param>
    /// <param name="port">Port; none takes the next.</param>
    internal async Task<LabNode> NodeAsync(string host, string transports, object? options = null, string? address = null, int? port = null)
    {
        var number = port ?? Interlocked.Increment(ref _next);
        address ??= host == "pub" ? Network.PublicAddress : "0.0.0.0";
        var listen = new List<string>();
        if (transports is "quic" or "both")
        {
            listen.Add($"/ip4/{address}/udp/{number}/quic-v1");
        }

        if (transports is "tcp" or "both")
        {
            listen.Add($"/ip4/{address}/tcp/{number}");
        }

        var name = $"{host}-{number.ToString(CultureInfo.InvariantCulture)}";
        var started = await _agents[host].SendAsync("start", name, Merge(new { listen }, options));
        return new LabNode(_agents[host], host, name, address, number, started.GetProperty("peer").GetString()!);
    }

    internal static Task<JsonElement> ReserveAsync(LabNode node, LabNode relay, string transport = "quic") =>
        node.SendAsync("reserve", new { address = relay.At(transport) + "/p2p-circuit" });

    internal static Task<JsonElement> ConnectAsync(LabNode source, LabNode relay, LabNode target, string transport = "quic") =>
        source.SendAsync("connect", new { address = relay.At(transport) + "/p2p-circuit/p2p/" + target.Peer });

    /// <summary>Asks again until the answer fits.</summary>
    internal static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> fits, double seconds, string what)
    {
        var end = DateTimeOffset.UtcNow.AddSeconds(seconds);
        while (true)
        {
            var answer = await ask();
            if (fits(answer))
            {
                return answer;
            }

            (DateTimeOffset.UtcNow < end).ShouldBeTrue($"{what}; last answer: {answer}");
            await Task.Delay(100);
        }
    }

    private static Dictionary<string, object?> Merge(object one, object? other)
    {
        var all = new Dictionary<string, object?>();
        foreach (var part in (object?[])[one, other])
        {
            if (part is Dictionary<string, object?> known)
            {
                foreach (var (key, value) in known)
                {
                    all[key] = value;
                }

                continue;
            }

            foreach (var property in part?.GetType().GetProperties() ?? [])
            {
                all[property.Name] = property.GetValue(part);
            }
        }

        return all;
    }
}
