using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace P2Panda.Libp2p.Nat.Tests;

/// <summary>What peers behind NATs can do, each scenario judged by the nodes' events and by the routers' packet counters.</summary>
[Trait("duration", "long")]
[TestCaseOrderer("P2Panda.Libp2p.Nat.Tests.ByName", "P2Panda.Libp2p.Nat.Tests")]
public sealed class NatScenarios : IClassFixture<Lab>, IDisposable
{
    private const int Payload = 60_000;

    private readonly Lab _lab;
    private readonly ITestOutputHelper _output;

    public NatScenarios(Lab lab, ITestOutputHelper output)
    {
        _lab = lab;
        _output = output;
        _lab.Reset();
    }

    public void Dispose() => _lab.Reset();

    [Fact]
    public async Task R1_QuicThroughARelay()
    {
        var (relay, a, b) = await RelayedPairAsync("quic", "quic");
        var connection = (await a.ConnectionsAsync(b)).ShouldHaveSingleItem();
        connection.GetProperty("relayed").GetBoolean().ShouldBeTrue();
        connection.GetProperty("limitBytes").GetInt64().ShouldBe(128 * 1024);
        await Lab.UntilAsync(async () => (await a.ConnectionsAsync(b))[0], each => each.GetProperty("identified").GetBoolean(), 5, "identify");
        (await a.EchoesAsync(b, Payload)).ShouldBeTrue();
        RelayedOnly();
        Row("R1", $"echo of {Payload} bytes, limit 128 KiB, identified; relay counter {Relayed("ra")} bytes, direct 0");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task R2_TcpAndMixed()
    {
        foreach (var (client, other) in ((string, string)[])[("tcp", "tcp"), ("quic", "tcp"), ("tcp", "quic")])
        {
            _lab.Reset();
            var (relay, a, b) = await RelayedPairAsync(client, other);
            (await a.EchoesAsync(b, Payload)).ShouldBeTrue();
            RelayedOnly();
            await StopAsync(relay, a, b);
        }

        Row("R2", "tcp/tcp, quic/tcp, tcp/quic at one relay; direct 0");
    }

    [Fact]
    public async Task R3_LimitsOfACircuit()
    {
        var (relay, a, b) = await RelayedPairAsync("quic", "quic", new { circuitSeconds = 3 });
        await Should.ThrowAsync<IOException>(a.EchoesAsync(b, 300_000));
        var used = await RelayStateAsync(relay, state => state.GetProperty("circuits").GetInt32() == 0);
        used.GetProperty("bytes").GetInt64().ShouldBeInRange(128 * 1024, 2 * 128 * 1024);
        (await a.ConnectionsAsync(b)).ShouldBeEmpty();
        (await b.ConnectionsAsync(a)).ShouldBeEmpty();
        await Lab.ConnectAsync(a, relay, b);
        var start = DateTimeOffset.UtcNow;
        (await a.EchoesAsync(b, 1000)).ShouldBeTrue();
        await Lab.UntilAsync(() => a.ConnectionsAsync(b), list => list.Count == 0, 6, "the circuit's time is over");
        (DateTimeOffset.UtcNow - start).TotalSeconds.ShouldBeInRange(2, 5);
        RelayedOnly(attempts: 20_000);
        Row("R3", $"cut after {used.GetProperty("bytes").GetInt64()} bytes (128 KiB each way); cut after 3 s; nothing left");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task R4_RefreshRestartAndNewAddress()
    {
        var relay = await _lab.RelayAsync(new { seed = 44, reservationSeconds = 4 });
        var b = await _lab.NodeAsync("hb", "quic");
        await Lab.ReserveAsync(b, relay);
        await relay.SendAsync("announce", new { address = $"/ip4/{Network.SecondPublicAddress}/udp/{relay.Port}/quic-v1" });
        var addresses = await Lab.UntilAsync(
            () => b.SendAsync("addresses"), each => each.GetProperty("listening").ToString().Contains(Network.SecondPublicAddress, StringComparison.Ordinal), 6, "the relay's new address");
        await relay.StopAsync();
        await Lab.UntilAsync(() => b.SendAsync("addresses"), each => !each.GetProperty("listening").ToString().Contains("p2p-circuit", StringComparison.Ordinal), 5, "withdrawn");
        relay = await _lab.NodeAsync("pub", "both", new { relay = true, seed = 44, reservationSeconds = 4 }, port: relay.Port);
        var before = DateTimeOffset.UtcNow;
        await Lab.UntilAsync(() => b.SendAsync("addresses"), each => each.GetProperty("listening").ToString().Contains("p2p-circuit", StringComparison.Ordinal), 10, "reserved again");
        var took = (DateTimeOffset.UtcNow - before).TotalSeconds;
        await Task.Delay(TimeSpan.FromSeconds(5));
        // Longer than one reservation lives: it was renewed.
        (await relay.SendAsync("relay")).GetProperty("reservations").GetInt32().ShouldBe(1);
        _lab.Network.Packets("rb", "relayed").ShouldBeGreaterThan(10);
        Row("R4", FormattableString.Invariant($"new address told at refresh; withdrawn at restart; reserved again after {took:0.0} s; renewed beyond its life of 4 s"));
        await StopAsync(relay, b);
    }

    [Fact]
    public async Task R5_AReservationDiesWithItsConnection()
    {
        var (relay, a, b) = await RelayedPairAsync("quic", "quic");
        await a.StopAsync();
        a = await _lab.NodeAsync("ha", "quic");
        _lab.Network.SetLink("wan", "dlb0", up: false);
        var cut = DateTimeOffset.UtcNow;
        try
        {
            await Lab.UntilAsync(() => RefusalAsync(() => Lab.ConnectAsync(a, relay, b)), text => text.Contains("NoReservation", StringComparison.Ordinal), 30, "no reservation");
            var took = (DateTimeOffset.UtcNow - cut).TotalSeconds;
            _lab.Network.SetLink("wan", "dlb0", up: true);
            await Lab.UntilAsync(() => relay.SendAsync("relay"), state => state.GetProperty("reservations").GetInt32() == 1, 30, "reserved again");
            RelayedOnly();
            Row("R5", FormattableString.Invariant($"cable pulled: NO_RESERVATION after {took:0.0} s; plugged in: reserved again"));
        }
        finally
        {
            _lab.Network.SetLink("wan", "dlb0", up: true);
        }

        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task R6_RefusalsAtTheLimits()
    {
        var relay = await _lab.RelayAsync(new { perPeer = 10 });
        var nodes = new List<LabNode>();
        for (var i = 0; i < 33; i++)
        {
            nodes.Add(await _lab.NodeAsync("ha", "tcp", new { perPeer = 10 }));
        }

        var address = relay.At("tcp")[..relay.At("tcp").IndexOf("/p2p/", StringComparison.Ordinal)];
        var granted = 0;
        for (var i = 0; i < 128; i++)
        {
            await nodes[i / 4].SendAsync("reserveOnce", new { address });
            granted++;
        }

        (await RefusalAsync(() => nodes[32].SendAsync("reserveOnce", new { address }))).ShouldContain("ResourceLimitExceeded");
        await nodes[1].StopAsync();
        await RelayStateAsync(relay, state => state.GetProperty("reservations").GetInt32() == 124);
        (await RefusalAsync(() => nodes[0].SendAsync("reserveOnce", new { address }))).ShouldContain("ResourceLimitExceeded");
        var state = await relay.SendAsync("relay");
        state.GetProperty("reservations").GetInt32().ShouldBe(124);
        await StopAsync([relay, .. nodes.Where((_, i) => i != 1)]);

        var limited = await _lab.RelayAsync(new { perPeer = 20, requestsPerAddress = 60 });
        address = limited.At("tcp")[..limited.At("tcp").IndexOf("/p2p/", StringComparison.Ordinal)];
        nodes = [];
        for (var i = 0; i < 16; i++)
        {
            nodes.Add(await _lab.NodeAsync("ha", "tcp", new { perPeer = 10 }));
        }

        var answers = new List<string>();
        for (var i = 0; i < 64; i++)
        {
            answers.Add(await RefusalAsync(() => nodes[i / 4].SendAsync("reserveOnce", new { address })));
        }

        answers.Take(60).ShouldAllBe(answer => answer.Length == 0);
        answers.Count(answer => answer.Contains("ResourceLimitExceeded", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(1);
        await StopAsync([limited, .. nodes]);

        var third = await _lab.RelayAsync();
        var targets = new List<LabNode>();
        var sources = new List<LabNode>();
        for (var i = 0; i < 5; i++)
        {
            sources.Add(await _lab.NodeAsync("ha", "tcp"));
            if (i < 4)
            {
                targets.Add(await _lab.NodeAsync("hb", "tcp"));
                await Lab.ReserveAsync(targets[i], third, "tcp");
            }
        }

        foreach (var source in sources.Take(4))
        {
            foreach (var target in targets)
            {
                await Lab.ConnectAsync(source, third, target, "tcp");
            }
        }

        (await RefusalAsync(() => Lab.ConnectAsync(sources[4], third, targets[0], "tcp"))).ShouldContain("ResourceLimitExceeded");
        (await third.SendAsync("relay")).GetProperty("circuits").GetInt32().ShouldBe(16);
        RelayedOnly();
        Row("R6", $"{granted} reservations, the 129th refused; 5th of a peer, 61st request of an address, 17th circuit refused; no state kept");
        await StopAsync([third, .. sources, .. targets]);
    }

    [Fact]
    public async Task R7_NoServiceOverRelayedConnections()
    {
        var (relay, a, b) = await RelayedPairAsync("quic", "quic");
        await b.StopAsync();
        // A target that is a relay itself.
        b = await _lab.NodeAsync("hb", "quic", new { relay = true });
        await Lab.ReserveAsync(b, relay);
        await Lab.ConnectAsync(a, relay, b);
        (await RefusalAsync(() => a.SendAsync("hop", new { peer = b.Peer }))).ShouldContain("PermissionDenied");
        (await a.SendAsync("stopWith", new { peer = b.Peer })).GetProperty("status").GetString().ShouldBe("PermissionDenied");
        // A node that reserved nowhere refuses a relay's STOP.
        (await relay.SendAsync("stopWith", new { peer = a.Peer })).GetProperty("status").GetString().ShouldBe("NoReservation");
        RelayedOnly();
        Row("R7", "HOP and STOP over a relayed connection: PERMISSION_DENIED; STOP without reservation: NO_RESERVATION");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task R8_ASlowReader()
    {
        var (relay, a, b) = await RelayedPairAsync("quic", "quic", new { circuitBytes = 0, circuitSeconds = 0 });
        var other = await _lab.NodeAsync("hc", "quic");
        var before = (await relay.SendAsync("memory")).GetProperty("bytes").GetInt64();
        var stuck = (await a.SendAsync("stuff", new { peer = b.Peer, seconds = 40 })).GetProperty("bytes").GetInt64();
        await Lab.ConnectAsync(other, relay, b);
        (await other.EchoesAsync(b, 1_000_000)).ShouldBeTrue();
        var grown = (await relay.SendAsync("memory")).GetProperty("bytes").GetInt64() - before;
        grown.ShouldBeLessThan(96 << 20);
        stuck.ShouldBeLessThan(64 << 20);
        RelayedOnly();
        Row("R8", FormattableString.Invariant($"a reader that does not read took {stuck / 1e6:0.0} MB, the relay grew by {grown / 1e6:0.0} MB; another circuit went on"));
        await StopAsync(relay, a, b, other);
    }

    [Fact]
    public async Task R9_AllowAndBlockLists()
    {
        var relay = await _lab.RelayAsync();
        var a = await _lab.NodeAsync("ha", "quic");
        var friend = await _lab.NodeAsync("hc", "quic");
        var b = await _lab.NodeAsync("hb", "quic", new { allow = new[] { relay.Peer, friend.Peer } });
        await Lab.ReserveAsync(b, relay);
        (await RefusalAsync(() => Lab.ConnectAsync(a, relay, b))).ShouldContain("PermissionDenied");
        await Lab.ConnectAsync(friend, relay, b);
        await relay.SendAsync("block", new { peer = friend.Peer });
        await Lab.UntilAsync(() => b.ConnectionsAsync(friend), list => list.Count == 0, 5, "closed on block");
        (await RefusalAsync(() => Lab.ConnectAsync(friend, relay, b))).ShouldNotBeEmpty();
        await b.SendAsync("block", new { peer = relay.Peer });
        await RelayStateAsync(relay, state => state.GetProperty("reservations").GetInt32() == 0);
        RelayedOnly(attempts: 20_000);
        Row("R9", "target's allow-list: PERMISSION_DENIED through the relay; blocking closes what is open");
        await StopAsync(relay, a, b, friend);
    }

    [Fact]
    public async Task V1_Rendezvous()
    {
        var server = await _lab.NodeAsync("pub", "quic", new { rendezvous = 4 });
        var peers = new List<LabNode>();
        foreach (var host in (string[])["ha", "hb", "hc"])
        {
            var node = await _lab.NodeAsync(host, "quic");
            await node.SendAsync("connect", new { address = server.At("quic") });
            await Lab.UntilAsync(() => node.SendAsync("addresses"), each => each.GetProperty("confirmed").GetArrayLength() > 0, 5, "observed");
            (await node.SendAsync("register", new { peer = server.Peer, address = "panda" })).GetProperty("ttl").GetDouble().ShouldBe(4);
            peers.Add(node);
        }

        var looking = peers[0];
        Task<JsonElement> Discover(string cookie = "", int count = 0) => looking.SendAsync("discover", new { peer = server.Peer, address = "panda", cookie, count });
        var first = await Discover(count: 2);
        first.GetProperty("peers").GetArrayLength().ShouldBe(2);
        var second = await Discover(first.GetProperty("cookie").GetString()!, 2);
        second.GetProperty("peers").EnumerateArray().Select(each => each.GetString()).ShouldHaveSingleItem().ShouldBe(peers[2].Peer);
        await peers[1].SendAsync("unregister", new { peer = server.Peer, address = "panda" });
        (await Discover()).GetProperty("peers").GetArrayLength().ShouldBe(2);
        await Lab.UntilAsync(() => Discover(), each => each.GetProperty("peers").GetArrayLength() == 0, 8, "registrations end");
        for (var i = 0; i < 32; i++)
        {
            await looking.SendAsync("register", new { peer = server.Peer, address = $"n{i}" });
        }

        (await RefusalAsync(() => looking.SendAsync("register", new { peer = server.Peer, address = "n32" }))).ShouldContain("Unavailable");
        Relayed("ra").ShouldBeGreaterThan(10_000);
        Row("V1", "registered from behind NATs, paged by cookie 2+1, unregistered, expired after 4 s, 33rd namespace refused");
        await StopAsync([server, .. peers]);
    }

    [Fact]
    public async Task V2_Records()
    {
        var server = await _lab.NodeAsync("pub", "quic", new { rendezvous = 60 });
        var node = await _lab.NodeAsync("ha", "quic");
        await node.SendAsync("connect", new { address = server.At("quic") });
        async Task<string> Register(string variant) =>
            (await node.SendAsync("registerRecord", new { peer = server.Peer, address = "panda", variant })).GetProperty("status").GetString()!;
        (await Register("foreign")).ShouldBe("NotAuthorized");
        (await Register("tampered")).ShouldBe("InvalidSignedPeerRecord");
        (await Register("standard")).ShouldBe("Ok");
        (await Register("routing-state")).ShouldBe("Ok");
        _lab.Network.Packets("ra", "relayed").ShouldBeGreaterThan(8);
        Row("V2", "foreign record: NOT_AUTHORIZED; tampered: INVALID_SIGNED_PEER_RECORD; both domains accepted");
        await StopAsync(server, node);
    }

    [Fact]
    public async Task M1_OneLinkThreeHosts()
    {
        var a = await _lab.NodeAsync("ha", "quic", new { mdns = true });
        var c = await _lab.NodeAsync("hc", "quic", new { mdns = true });
        await Task.WhenAll(FindsAsync(a, c, 25), FindsAsync(c, a, 25));
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        var f = await _lab.NodeAsync("hf", "quic", new { mdns = true });
        var start = DateTimeOffset.UtcNow;
        await Task.WhenAll(FindsAsync(f, a, 25), FindsAsync(f, c, 25), FindsAsync(a, f, 25), FindsAsync(c, f, 25));
        var took = (DateTimeOffset.UtcNow - start).TotalSeconds;
        // Its first query comes half a second after its start; the rest is for busy machines.
        took.ShouldBeLessThan(5);
        await f.StopAsync();
        await Lab.UntilAsync(() => a.SendAsync("found"), each => !each.ToString().Contains(f.Peer, StringComparison.Ordinal), 3, "goodbye");
        // Nothing of it leaves the link.
        _lab.Network.Packets("ra", "strange").ShouldBe(0);
        Row("M1", FormattableString.Invariant($"three hosts on one link; the late one found by all and finding all {took:0.0} s after its start; goodbye heard"));
        await StopAsync(a, c);
    }

    [Fact]
    public async Task M2_TwoLinksAndAnotherResponder()
    {
        await _lab["hf"].SendAsync("occupy", "");
        var a = await _lab.NodeAsync("ha", "quic", new { mdns = true });
        var b = await _lab.NodeAsync("hb", "quic", new { mdns = true });
        var f = await _lab.NodeAsync("hf", "quic", new { mdns = true });
        await Task.WhenAll(FindsAsync(f, a, 10), FindsAsync(f, b, 10), FindsAsync(a, f, 10), FindsAsync(b, f, 10));
        (await a.SendAsync("found")).ToString().ShouldNotContain(b.Peer);
        Row("M2", "a host on two links finds and is found on both, beside another responder on 5353; the links stay apart");
        await StopAsync(a, b, f);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task J1_HolePunchMessagesWithJs(bool weLead)
    {
        var relay = await _lab.RelayAsync(new { circuitBytes = 0, circuitSeconds = 0 });
        var ours = await _lab.NodeAsync("hb", "tcp", new { dcutr = true, variant = "no-reversal" });
        // js cannot punch: whoever it dials must be open. When it leads, it is the one that is dialed.
        _lab.Network.SetRouter("rb", forward: weLead ? $"{ours.Port}:192.168.2.2" : null);
        string[] reserving = weLead ? [] : ["--listen", relay.At("tcp") + "/p2p-circuit"];
        // js tells nobody of a public address unless it is told to.
        var open = $"/ip4/{Network.SecondPublicAddress}/tcp/{ours.Port + 10_000}";
        await using var js = await JsInNamespace.StartAsync(
            _lab.Network.Of("pub"), ["--relay-client", "--dcutr", "--listen", open, "--announce", open, .. reserving]);
        if (weLead)
        {
            await Lab.ReserveAsync(ours, relay, "tcp");
            await js.SendAsync("dial", new { to = relay.At("tcp") + "/p2p-circuit/p2p/" + ours.Peer });
            var outcome = await ours.SendAsync("outcome", new { peer = js.PeerId, seconds = 40 });
            outcome.GetProperty("direct").GetBoolean().ShouldBeTrue(outcome.ToString());
            outcome.GetProperty("attempts").GetInt32().ShouldBeGreaterThan(0);
        }
        else
        {
            await RelayStateAsync(relay, state => state.GetProperty("reservations").GetInt32() == 1);
            await ours.SendAsync("connect", new { address = relay.At("tcp") + "/p2p-circuit/p2p/" + js.PeerId });
            await ours.SendAsync("direct", new { peer = js.PeerId, seconds = 40 });
        }

        _lab.Network.Bytes("rb", "relayed").ShouldBeGreaterThan(1000);
        Row("J1", $"{(weLead ? "C# leads, js follows" : "js leads, C# follows")}: direct");
        await StopAsync(relay, ours);
    }

    [Fact]
    public async Task S5_NothingBesideTheProxy()
    {
        var relay = await _lab.NodeAsync("pub", "both", new { relay = true, rendezvous = 7200 });
        var b = await _lab.NodeAsync("hb", "tcp", new { relays = $"{Network.PublicAddress}:{relay.Port}" });
        await _lab["hc"].SendAsync("proxy", "", new { address = "192.168.1.3:1080", peer = Network.PublicAddress });
        // What earlier scenarios left in the kernel's queues is sent before the counting begins.
        await Task.Delay(TimeSpan.FromSeconds(2));
        _lab.Network.Nft("hf", """
            table ip watch
            delete table ip watch
            table ip watch {
              counter through { }
              counter beside { }
              chain out {
                type filter hook output priority 0
                oifname "lo" accept
                ip daddr 192.168.1.3 tcp dport 1080 counter name through accept
                counter name beside
              }
            }
            """);
        // As the gateway behind a proxy: TCP, a name only the proxy can look up, listening on loopback.
        var a = await _lab.NodeAsync("hf", "tcp", new { proxy = "192.168.1.3:1080", relays = $"relay.example:{relay.Port}" }, address: "127.0.0.1");
        await Lab.UntilAsync(() => a.ConnectionsAsync(b), list => list.Count > 0, 30, "found and connected through the proxy");
        (await a.EchoesAsync(b, Payload)).ShouldBeTrue();
        await RefusalAsync(() => a.SendAsync("connect", new { address = b.At("quic", "5.5.5.2"), seconds = 3 }));
        await RefusalAsync(() => a.SendAsync("connect", new { address = "/dns4/leak.example/tcp/1", seconds = 3 }));
        var requests = (await _lab["hc"].SendAsync("proxyRequests", "")).GetProperty("requests").EnumerateArray().Select(each => each.GetString()).ToList();
        requests.ShouldContain($"relay.example:{relay.Port}");
        Run(_lab.Network.Of("hf"), "counter", "through").ShouldNotContain("packets 0 ");
        Run(_lab.Network.Of("hf"), "counter", "beside").ShouldContain("packets 0 ");
        _lab.Network.Nft("hf", "delete table ip watch");
        Row("S5", $"{requests.Count} connections through the proxy, names looked up there; packets beside it: 0");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task D1_QuicHolePunch() => await PunchAsync("D1", "quic");

    [Fact]
    public async Task D2_TcpSimultaneousOpen()
    {
        var (a, _) = await PunchAsync("D2", "tcp");
        // Whoever dialed through the relay is client in everything.
        a.GetProperty("direction").GetString().ShouldBe("Outbound");
    }

    [Fact]
    public async Task D3_DelayAndJitter()
    {
        var relay = await _lab.RelayAsync(new { maxCircuits = 64 });
        var direct = 0;
        var attempts = new List<int>();
        foreach (var (ra, rb) in ((int, int)[])[(5, 50), (50, 5), (50, 200), (200, 5), (5, 200)])
        {
            _lab.Network.SetDelay(0, ra, 20);
            _lab.Network.SetDelay(1, rb, 20);
            var runs = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
            {
                var a = await _lab.NodeAsync("ha", "quic", new { dcutr = true });
                var b = await _lab.NodeAsync("hb", "quic", new { dcutr = true });
                await Lab.ReserveAsync(b, relay);
                await Lab.ConnectAsync(a, relay, b);
                var outcome = await b.SendAsync("outcome", new { peer = a.Peer, seconds = 60 });
                await StopAsync(a, b);
                return outcome;
            }));
            direct += runs.Count(run => run.GetProperty("direct").GetBoolean());
            attempts.AddRange(runs.Select(run => run.GetProperty("attempts").GetInt32()));
        }

        _lab.Network.Packets("ra", "direct").ShouldBeGreaterThan(50 * 4);
        direct.ShouldBeGreaterThanOrEqualTo(48, "at least 95 % of 50 runs");
        Row("D3", FormattableString.Invariant($"{direct} of 50 direct ({direct * 2} %), first attempt {attempts.Count(each => each == 1)}, delays 5/50/200 ms, jitter 20 %"));
        await StopAsync(relay);
    }

    [Fact]
    public async Task D4_ConnectionReversal()
    {
        var relay = await _lab.RelayAsync();
        var b = await _lab.NodeAsync("hb", "quic", new { dcutr = true });
        var a = await _lab.NodeAsync("pub", "quic", new { dcutr = true }, Network.SecondPublicAddress);
        await Lab.ReserveAsync(b, relay);
        await Lab.ConnectAsync(a, relay, b);
        var outcome = await b.SendAsync("outcome", new { peer = a.Peer });
        outcome.GetProperty("reversal").GetBoolean().ShouldBeTrue();
        outcome.GetProperty("attempts").GetInt32().ShouldBe(0);
        var connection = await b.SendAsync("direct", new { peer = a.Peer });
        connection.GetProperty("direction").GetString().ShouldBe("Outbound");
        (await a.EchoesAsync(b, Payload)).ShouldBeTrue();
        Row("D4", $"the peer behind NAT dialed the public one in {Ms(outcome)} ms, no DCUtR exchange");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task D5_PortForwardAgainstSymmetric()
    {
        var relay = await _lab.RelayAsync();
        var b = await _lab.NodeAsync("hb", "quic", new { dcutr = true });
        _lab.Network.SetRouter("rb", forward: $"{b.Port}:192.168.2.2");
        _lab.Network.SetRouter("ra", symmetric: true);
        var a = await _lab.NodeAsync("ha", "quic", new { dcutr = true });
        await Lab.ReserveAsync(b, relay);
        await Lab.ConnectAsync(a, relay, b);
        var outcome = await b.SendAsync("outcome", new { peer = a.Peer, seconds = 40 });
        await a.SendAsync("direct", new { peer = b.Peer });
        await DirectTrafficAsync(a, b);
        Row("D5", $"direct {outcome.GetProperty("direct").GetBoolean()}, direct counter {_lab.Network.Bytes("ra", "direct")} bytes");
        await StopAsync(relay, a, b);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task D6_SymmetricFailsCleanly(bool both)
    {
        _lab.Network.SetRouter("ra", symmetric: true);
        _lab.Network.SetRouter("rb", symmetric: both);
        var relay = await _lab.RelayAsync();
        var a = await _lab.NodeAsync("ha", "quic", new { dcutr = true, punchSeconds = 2 });
        var b = await _lab.NodeAsync("hb", "quic", new { dcutr = true, punchSeconds = 2 });
        await Lab.ReserveAsync(b, relay);
        await Lab.ConnectAsync(a, relay, b);
        var outcome = await b.SendAsync("outcome", new { peer = a.Peer, seconds = 60 });
        outcome.GetProperty("direct").GetBoolean().ShouldBeFalse();
        outcome.GetProperty("attempts").GetInt32().ShouldBe(3);
        var before = Relayed("ra");
        (await a.EchoesAsync(b, Payload)).ShouldBeTrue();
        (await a.ConnectionsAsync(b)).ShouldAllBe(each => each.GetProperty("relayed").GetBoolean());
        (Relayed("ra") - before).ShouldBeGreaterThan(2 * Payload);
        Row(both ? "D6b" : "D6a", $"{(both ? "symmetric x symmetric" : "symmetric x port-restricted")}: 3 attempts in {Ms(outcome)} ms, then relayed echo, relay counter +{Relayed("ra") - before}");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task D7_ARouterThatAnswersStrangers()
    {
        _lab.Network.SetRouter("ra", answersStrangers: true);
        _lab.Network.SetRouter("rb", answersStrangers: true);
        var relay = await _lab.RelayAsync();
        foreach (var transport in (string[])["tcp", "quic"])
        {
            var a = await _lab.NodeAsync("ha", "both", new { dcutr = true });
            var b = await _lab.NodeAsync("hb", "both", new { dcutr = true });
            await Lab.ReserveAsync(b, relay, transport);
            await Lab.ConnectAsync(a, relay, b, transport);
            var outcome = await b.SendAsync("outcome", new { peer = a.Peer, seconds = 60 });
            outcome.GetProperty("direct").GetBoolean().ShouldBeTrue(outcome.ToString());
            await DirectTrafficAsync(a, b);
            Row("D7", $"{transport}: direct after {outcome.GetProperty("attempts").GetInt32()} attempts, {Ms(outcome)} ms");
            await StopAsync(a, b);
        }

        await StopAsync(relay);
    }

    [Fact]
    public async Task D8_NeighboursBehindOneNat()
    {
        var relay = await _lab.RelayAsync();
        var a = await _lab.NodeAsync("ha", "quic", new { dcutr = true });
        var b = await _lab.NodeAsync("hc", "quic", new { dcutr = true });
        await Lab.ReserveAsync(b, relay);
        await Lab.ConnectAsync(a, relay, b);
        var direct = await a.SendAsync("direct", new { peer = b.Peer });
        direct.GetProperty("address").GetString().ShouldStartWith("/ip4/192.168.1.3/");
        await Lab.UntilAsync(() => a.ConnectionsAsync(b), list => list.Count == 1, 10, "relayed connection drained");
        var before = Relayed("ra");
        (await a.EchoesAsync(b, 200_000)).ShouldBeTrue();
        (Relayed("ra") - before).ShouldBeLessThan(20_000);
        _lab.Network.Bytes("ra", "direct").ShouldBeLessThan(20_000);
        Row("D8", $"direct over {direct.GetProperty("address").GetString()}; 200 kB echoed, +{Relayed("ra") - before} bytes through the router");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task D9_CarrierGradeNat()
    {
        var (_, a, b) = _lab.Quiet;
        var connection = (await a.SendAsync("direct", new { peer = b.Peer })).GetProperty("address").GetString()!;
        connection.ShouldStartWith("/ip4/5.5.5.3/udp/");
        // Through both of its NATs and past the relay.
        _lab.Network.Bytes("cg", "direct").ShouldBeGreaterThan(1000);
        _lab.Network.Bytes("re", "direct").ShouldBeGreaterThan(1000);
        Row("D9", $"direct through two NATs at {connection}");
    }

    [Fact]
    public async Task D10_UdpBlocked()
    {
        _lab.Network.SetRouter("ra", blockUdp: true);
        var relay = await _lab.RelayAsync();
        var a = await _lab.NodeAsync("ha", "both", new { dcutr = true });
        var b = await _lab.NodeAsync("hb", "both", new { dcutr = true });
        await Lab.ReserveAsync(b, relay, "tcp");
        await Lab.ConnectAsync(a, relay, b, "tcp");
        var outcome = await b.SendAsync("outcome", new { peer = a.Peer, seconds = 60 });
        outcome.GetProperty("direct").GetBoolean().ShouldBeTrue(outcome.ToString());
        (await a.SendAsync("direct", new { peer = b.Peer })).GetProperty("transport").GetString().ShouldBe("tcp");
        await DirectTrafficAsync(a, b);
        Row("D10", $"TCP punch after {outcome.GetProperty("attempts").GetInt32()} attempts, {Ms(outcome)} ms");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task D11_KeepAliveHoldsAMapping()
    {
        var (at, a, b) = _lab.Quiet;
        var rest = at.AddSeconds(62) - DateTimeOffset.UtcNow;
        if (rest > TimeSpan.Zero)
        {
            await Task.Delay(rest);
        }

        var connection = (await a.ConnectionsAsync(b)).Single(each => !each.GetProperty("relayed").GetBoolean());
        connection.GetProperty("age").GetDouble().ShouldBeGreaterThan(60);
        var before = _lab.Network.Bytes("re", "direct");
        (await a.EchoesAsync(b, Payload)).ShouldBeTrue();
        (_lab.Network.Bytes("re", "direct") - before).ShouldBeGreaterThan(2 * Payload);
        Row("D11", FormattableString.Invariant($"mappings of 10 s, connection of {connection.GetProperty("age").GetDouble():0} s still carries {2 * Payload} bytes"));
    }

    [Fact]
    public async Task D12_MappingsFlushed()
    {
        var relay = await _lab.RelayAsync();
        var a = await _lab.NodeAsync("ha", "quic", new { dcutr = true });
        var b = await _lab.NodeAsync("hb", "quic", new { dcutr = true });
        await Lab.ReserveAsync(b, relay);
        await Lab.ConnectAsync(a, relay, b);
        await a.SendAsync("direct", new { peer = b.Peer });
        // The router forgets everything and is away for longer than QUIC's idle time-out.
        _lab.Network.SetLink("wan", "dlb0", up: false);
        _lab.Network.FlushMappings("ra");
        _lab.Network.FlushMappings("rb");
        await Lab.UntilAsync(() => a.ConnectionsAsync(b), list => list.Count == 0, 30, "the connection dies");
        await Lab.UntilAsync(() => relay.SendAsync("relay"), state => state.GetProperty("reservations").GetInt32() == 0, 30, "the reservation dies");
        _lab.Network.SetLink("wan", "dlb0", up: true);
        await Lab.UntilAsync(() => relay.SendAsync("relay"), state => state.GetProperty("reservations").GetInt32() == 1, 40, "reserved again");
        _lab.Network.SetRouter("ra");
        await Lab.ConnectAsync(a, relay, b);
        await a.SendAsync("direct", new { peer = b.Peer });
        await DirectTrafficAsync(a, b);
        Row("D12", $"died, reserved again, punched again; direct counter {_lab.Network.Bytes("ra", "direct")} bytes");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task D13_TwoConnectionsPerPeer()
    {
        var relay = await _lab.RelayAsync();
        var a = await _lab.NodeAsync("ha", "both", new { dcutr = true, perPeer = 2 });
        var b = await _lab.NodeAsync("hb", "both", new { dcutr = true, perPeer = 2 });
        await Lab.ReserveAsync(b, relay);
        await Lab.ConnectAsync(a, relay, b);
        var most = 0;
        var first = await a.SendAsync("direct", new { peer = b.Peer });
        var left = await Lab.UntilAsync(
            async () =>
            {
                var (mine, theirs) = (await a.ConnectionsAsync(b), await b.ConnectionsAsync(a));
                most = Math.Max(most, Math.Max(mine.Count, theirs.Count));
                return (mine, theirs);
            },
            lists => lists.mine.Count == 1 && lists.theirs.Count == 1,
            15,
            "drained");
        most.ShouldBeLessThanOrEqualTo(2);
        left.mine[0].GetProperty("relayed").GetBoolean().ShouldBeFalse();
        await DirectTrafficAsync(a, b);
        Row("D13", $"never more than {most} connections; the relayed one drained, {first.GetProperty("transport").GetString()} stays");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task D14_NoReflector()
    {
        var (relay, b, a) = await RelayedPairAsync("quic", "quic", a: new { dcutr = true });
        // Here "b" dialed; it plays the leading side by hand towards "a", which upgrades.
        _lab.Network.Nft("hb", """
            table ip watch
            delete table ip watch
            table ip watch {
              set targets {
                type ipv4_addr
                flags dynamic
                size 1024
              }
              counter forbidden { }
              chain out {
                type filter hook output priority 0
                meta l4proto udp ip daddr 5.5.6.0/24 add @targets { ip daddr }
                meta l4proto udp ip daddr { 127.0.0.0/8, 169.254.0.0/16, 10.0.0.0/8 } counter name forbidden
              }
            }
            """);
        var victims = Enumerable.Range(0, 190).Select(i => $"/ip4/5.5.6.{1 + (i % 50)}/udp/{1000 + i}/quic-v1");
        string[] listen = ["/ip4/127.0.0.1/udp/53/quic-v1", "/ip4/169.254.1.1/udp/53/quic-v1", "/ip4/10.0.0.1/udp/53/quic-v1", .. victims];
        await b.SendAsync("evilDcutr", new { peer = a.Peer, listen });
        await Task.Delay(TimeSpan.FromSeconds(6));
        var targets = Run(_lab.Network.Of("hb"), "set", "targets").Split("5.5.6.").Length - 1;
        var forbidden = Run(_lab.Network.Of("hb"), "counter", "forbidden");
        targets.ShouldBeInRange(1, 4);
        forbidden.ShouldContain("packets 0 ");
        _lab.Network.Nft("hb", "delete table ip watch");
        Row("D14", $"193 addresses named: packets to {targets} of 50 victims, none to loopback, link-local or another's private network");
        await StopAsync(relay, a, b);
    }

    [Fact]
    public async Task D15_TwentyPairsAtOnce()
    {
        var relay = await _lab.RelayAsync(new { maxCircuits = 64 });
        var pairs = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (
            A: await _lab.NodeAsync("ha", "quic", new { dcutr = true }),
            B: await _lab.NodeAsync("hb", "quic", new { dcutr = true }))));
        await Task.WhenAll(pairs.Select(pair => Lab.ReserveAsync(pair.B, relay)));
        await Task.WhenAll(pairs.Select(pair => Lab.ConnectAsync(pair.A, relay, pair.B)));
        var direct = await Task.WhenAll(pairs.Select(pair => pair.A.SendAsync("direct", new { peer = pair.B.Peer, seconds = 60 })));
        direct.Length.ShouldBe(20);
        await Lab.UntilAsync(() => relay.SendAsync("relay"), state => state.GetProperty("circuits").GetInt32() == 0, 30, "drained");
        await Task.WhenAll(pairs.Select(pair => pair.A.EchoesAsync(pair.B, Payload)));
        var bytes = (await relay.SendAsync("relay")).GetProperty("bytes").GetInt64();
        (bytes / 20).ShouldBeLessThan(20_000);
        _lab.Network.Bytes("ra", "direct").ShouldBeGreaterThan(20 * 2 * Payload);
        Row("D15", $"20 of 20 direct, {bytes / 20} bytes of each pair through the relay");
        await StopAsync([relay, .. pairs.SelectMany(pair => (LabNode[])[pair.A, pair.B])]);
    }

    [Fact]
    public async Task A1_Reachability()
    {
        var server = await _lab.NodeAsync("pub", "quic", new { autoNatServer = true });
        WatchDialBacks(server.Port);
        var hidden = await _lab.NodeAsync("ha", "quic", new { autoNatClient = true });
        var open = await _lab.NodeAsync("pub", "quic", new { autoNatClient = true }, Network.SecondPublicAddress);
        var forwarded = await _lab.NodeAsync("hb", "quic", new { autoNatClient = true });
        _lab.Network.SetRouter("rb", forward: $"{forwarded.Port}:192.168.2.2");
        foreach (var node in (LabNode[])[hidden, open, forwarded])
        {
            await node.SendAsync("connect", new { address = server.At("quic") });
        }

        var states = await Task.WhenAll(
            hidden.SendAsync("reachability", new { address = "Private", count = 3, seconds = 60 }),
            open.SendAsync("reachability", new { address = "Public", count = 3, seconds = 60 }),
            forwarded.SendAsync("reachability", new { address = "Public", count = 3, seconds = 60 }));
        states[0].GetProperty("confirmed").GetArrayLength().ShouldBe(0);
        states[2].GetProperty("confirmed").ToString().ShouldContain($"5.5.5.2/udp/{forwarded.Port}");
        var fresh = Run(_lab.Network.Of("pub"), "counter", "fresh");
        fresh.ShouldNotContain("packets 0 ");
        _lab.Network.Nft("pub", "delete table ip watch");
        Row("A1", $"behind NAT: private; public host: public; forwarded port: public; each with confidence 3; dial-backs from fresh ports:{fresh.Split("packets")[1].Split('}')[0].TrimEnd()} packets");
        await StopAsync(server, hidden, open, forwarded);
    }

    [Fact]
    public async Task A2_NoDialsForOthers()
    {
        var server = await _lab.NodeAsync("pub", "quic", new { autoNatServer = true });
        _lab.Network.Nft("pub", """
            table ip watch
            delete table ip watch
            table ip watch {
              counter victim { }
              counter asker { }
              chain out {
                type filter hook output priority 0
                ip daddr 5.5.5.4 udp dport 9999 counter name victim
                ip daddr 5.5.5.1 udp dport 9999 counter name asker
              }
            }
            """);
        var asker = await _lab.NodeAsync("ha", "quic");
        await asker.SendAsync("connect", new { address = server.At("quic") });
        var answer = await asker.SendAsync("evilAutoNat", new { peer = server.Peer, listen = (string[])["/ip4/5.5.5.4/udp/9999/quic-v1"] });
        answer.GetProperty("status").GetString().ShouldBe("DialError");
        Run(_lab.Network.Of("pub"), "counter", "victim").ShouldContain("packets 0 ");
        Run(_lab.Network.Of("pub"), "counter", "asker").ShouldNotContain("packets 0 ");
        _lab.Network.Nft("pub", "delete table ip watch");
        Row("A2", "a foreign IP was replaced by the asker's own; no packet to the victim");
        await StopAsync(server, asker);
    }

    private async Task<(JsonElement A, JsonElement Outcome)> PunchAsync(string id, string transport)
    {
        var relay = await _lab.RelayAsync();
        var a = await _lab.NodeAsync("ha", transport, new { dcutr = true });
        var b = await _lab.NodeAsync("hb", transport, new { dcutr = true });
        await Lab.ReserveAsync(b, relay, transport);
        await Lab.ConnectAsync(a, relay, b, transport);
        var direct = await a.SendAsync("direct", new { peer = b.Peer });
        var outcome = await b.SendAsync("outcome", new { peer = a.Peer });
        outcome.GetProperty("direct").GetBoolean().ShouldBeTrue(outcome.ToString());
        await DirectTrafficAsync(a, b);
        Row(id, $"{transport}: direct after {outcome.GetProperty("attempts").GetInt32()} attempts, {Ms(outcome)} ms; direct counter {_lab.Network.Bytes("ra", "direct")} bytes");
        await StopAsync(relay, a, b);
        return (direct, outcome);
    }

    /// <summary>An echo that shows in the direct counters of both routers and not in the relayed ones.</summary>
    private async Task DirectTrafficAsync(LabNode a, LabNode b)
    {
        var (relayed, direct) = (Relayed("ra"), _lab.Network.Bytes("ra", "direct"));
        (await a.EchoesAsync(b, Payload)).ShouldBeTrue();
        (_lab.Network.Bytes("ra", "direct") - direct).ShouldBeGreaterThan(2 * Payload);
        (Relayed("ra") - relayed).ShouldBeLessThan(20_000);
    }

    private async Task<(LabNode Relay, LabNode A, LabNode B)> RelayedPairAsync(string forA, string forB, object? relayOptions = null, object? a = null)
    {
        var relay = await _lab.RelayAsync(relayOptions);
        var source = await _lab.NodeAsync("ha", forA);
        var target = await _lab.NodeAsync("hb", forB, a);
        await Lab.ReserveAsync(target, relay, forB);
        await Lab.ConnectAsync(source, relay, target, forA);
        return (relay, source, target);
    }

    private void WatchDialBacks(int serverPort) => _lab.Network.Nft("pub", $$"""
        table ip watch
        delete table ip watch
        table ip watch {
          counter fresh { }
          chain out {
            type filter hook output priority 0
            ip daddr { 5.5.5.1, 5.5.5.2 } udp sport != {{serverPort}} counter name fresh
          }
        }
        """);

    /// <param name="attempts">Bytes of dials at addresses the source had learnt, which came to nothing.</param>
    private void RelayedOnly(int attempts = 0)
    {
        _lab.Network.Bytes("ra", "direct").ShouldBeLessThanOrEqualTo(attempts);
        _lab.Network.Bytes("rb", "direct").ShouldBeLessThanOrEqualTo(attempts);
        _lab.Network.Bytes("ra", "strange").ShouldBe(0);
        Relayed("ra").ShouldBeGreaterThan(1000);
    }

    private static Task<JsonElement> FindsAsync(LabNode one, LabNode other, double seconds) =>
        Lab.UntilAsync(() => one.SendAsync("found"), each => each.ToString().Contains(other.Peer, StringComparison.Ordinal), seconds, $"{one.Host} finds {other.Host}");

    private long Relayed(string router) => _lab.Network.Bytes(router, "relayed");

    private static Task<JsonElement> RelayStateAsync(LabNode relay, Func<JsonElement, bool> fits) =>
        Lab.UntilAsync(() => relay.SendAsync("relay"), fits, 10, "state of the relay");

    private static async Task<string> RefusalAsync(Func<Task<JsonElement>> request)
    {
        try
        {
            await request();
            return "";
        }
        catch (IOException e)
        {
            return e.Message;
        }
    }

    private static string Run(string networkNamespace, string kind, string name)
    {
        var start = new System.Diagnostics.ProcessStartInfo("ip", ["netns", "exec", networkNamespace, "nft", "list", kind, "ip", "watch", name]) { RedirectStandardOutput = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        return process.StandardOutput.ReadToEnd().ReplaceLineEndings(" ");
    }

    private static string Ms(JsonElement outcome) => outcome.GetProperty("ms").GetDouble().ToString("0", CultureInfo.InvariantCulture);

    private static Task StopAsync(params IEnumerable<LabNode> nodes) => Task.WhenAll(nodes.Select(node => node.StopAsync()));

    private void Row(string id, string text) => _output.WriteLine($"ok  {id,-4} {text}");
}
