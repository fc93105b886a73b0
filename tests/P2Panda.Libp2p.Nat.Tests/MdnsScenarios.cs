using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace P2Panda.Libp2p.Nat.Tests;

/// <summary>
/// Peers that find each other on a link, over the kernel's own multicast: hosts are processes in namespaces on bridges in one more, and
/// everything goes by the machine's clock.
/// </summary>
[Trait("duration", "long")]
[TestCaseOrderer("P2Panda.Libp2p.Nat.Tests.ByName", "P2Panda.Libp2p.Nat.Tests")]
public sealed class MdnsScenarios(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly string _prefix = $"pm{Environment.ProcessId.ToString("x", CultureInfo.InvariantCulture)}";
    private readonly List<string> _spaces = [];
    private readonly Dictionary<string, NatAgent> _agents = [];
    private int _cables;

    public async Task InitializeAsync()
    {
        AddSpace("lan");
        foreach (var bridge in (string[])["red", "blue"])
        {
            Ip($"-n {Of("lan")} link add {bridge} type bridge");
            Ip($"-n {Of("lan")} link set {bridge} up");
        }

        string[] hosts = ["h1", "h2", "h3", "h4"];
        foreach (var host in hosts)
        {
            AddSpace(host);
        }

        Plug("h1", "red", "10.77.1.1/24");
        Plug("h2", "red", "10.77.1.2/24");
        Plug("h3", "red", "10.77.1.3/24");
        Plug("h4", "blue", "10.77.2.4/24");
        foreach (var (host, agent) in hosts.Zip(await Task.WhenAll(hosts.Select(host => NatAgent.StartAsync(Of(host))))))
        {
            _agents[host] = agent;
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var agent in _agents.Values)
        {
            await agent.DisposeAsync();
        }

        foreach (var space in _spaces)
        {
            Ip($"netns delete {space}");
        }
    }

    [Fact]
    public async Task M1_ThreeHostsOneJoinsLaterOneLeaves()
    {
        var (p1, p2) = (await StartAsync("h1"), await StartAsync("h2"));
        await SeesAsync("h1", p2);
        await SeesAsync("h2", p1);
        await Task.Delay(TimeSpan.FromSeconds(2));   // their first, quick questions are over
        var clock = Stopwatch.StartNew();
        var p3 = await StartAsync("h3");
        var started = clock.Elapsed;
        await Task.WhenAll(SeesAsync("h1", p3), SeesAsync("h2", p3), SeesAsync("h3", p1), SeesAsync("h3", p2));
        var joined = clock.Elapsed - started;
        joined.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        clock.Restart();
        await _agents["h3"].SendAsync("stop", "h3");
        await Task.WhenAll(SeesAsync("h1", p3, not: true), SeesAsync("h2", p3, not: true));
        var left = clock.Elapsed;
        left.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        await SeesAsync("h1", p2);
        await Task.WhenAll(_agents["h1"].SendAsync("stop", "h1"), _agents["h2"].SendAsync("stop", "h2"));
        Row("M1", FormattableString.Invariant($"the third found all and was found in {joined.TotalMilliseconds:0} ms, gone {left.TotalMilliseconds:0} ms after it left"));
    }

    [Fact]
    public async Task M2_TwoInterfacesAndAnotherResponder()
    {
        // Somebody else's responder holds the port, as avahi would.
        var python = "import socket,time; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.setsockopt(1,2,1); s.setsockopt(1,15,1); s.bind(('',5353)); print(1,flush=True); time.sleep(600)";
        var start = new ProcessStartInfo("ip", ["netns", "exec", Of("h2"), "python3", "-c", python]) { RedirectStandardOutput = true };
        using var responder = Process.Start(start)!;
        try
        {
            (await responder.StandardOutput.ReadLineAsync()).ShouldBe("1");
            var (p1, p2, p4) = (await StartAsync("h1"), await StartAsync("h2"), await StartAsync("h4"));
            await SeesAsync("h2", p1);
            (await PeersAsync("h2")).ShouldHaveSingleItem();
            var clock = Stopwatch.StartNew();
            Plug("h2", "blue", "10.77.2.2/24");
            var seen = await SeesAsync("h2", p4);
            await SeesAsync("h4", p2);
            seen.ShouldContain("/ip4/10.77.2.4/");
            (await SeesAsync("h4", p2)).ShouldContain("/ip4/10.77.2.2/");
            (await SeesAsync("h4", p2)).ShouldNotContain("10.77.1.2", Case.Sensitive, "an address of the other link is of no use here");
            await SeesAsync("h2", p1);
            Row("M2", FormattableString.Invariant($"beside another responder; a second link plugged in brought its peer after {clock.Elapsed.TotalSeconds:0.0} s"));
        }
        finally
        {
            responder.Kill();
            await responder.WaitForExitAsync();
        }
    }

    private async Task<string> StartAsync(string host)
    {
        var started = await _agents[host].SendAsync("start", host, new { listen = new[] { "/ip4/0.0.0.0/tcp/4001" }, mdns = true });
        return started.GetProperty("peer").GetString()!;
    }

    private async Task<IReadOnlyList<string>> PeersAsync(string host) =>
        [.. (await _agents[host].SendAsync("mdns", host)).GetProperty("peers").EnumerateArray().Select(peer => peer.GetString()!)];

    /// <summary>Waits until a host knows a peer, or does not any more; what it knows of it.</summary>
    private async Task<string> SeesAsync(string host, string peer, bool not = false)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var known = (await PeersAsync(host)).FirstOrDefault(each => each.StartsWith(peer, StringComparison.Ordinal));
            if ((known is null) == not)
            {
                return known ?? "";
            }

            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), $"{host} {(not ? "still knows" : "does not find")} {peer}");
            await Task.Delay(20);
        }
    }

    private string Of(string name) => $"{_prefix}-{name}";

    private void AddSpace(string name)
    {
        Ip($"netns add {Of(name)}");
        _spaces.Add(Of(name));
        Ip($"-n {Of(name)} link set lo up");
    }

    private void Plug(string host, string bridge, string address)
    {
        var (near, far) = ($"e{_cables}", $"p{_cables++}");
        Ip($"-n {Of(host)} link add {near} type veth peer name {far} netns {Of("lan")}");
        Ip($"-n {Of("lan")} link set {far} master {bridge} up");
        Ip($"-n {Of(host)} address add {address} dev {near}");
        Ip($"-n {Of(host)} link set {near} up");
    }

    private static void Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments.Split(' ')) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"ip {arguments}: {error}");
    }

    private void Row(string id, string text) => output.WriteLine($"ok  {id,-4} {text}");
}
