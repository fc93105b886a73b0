using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using P2Panda.Libp2p.Tests.Support;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Node;

public sealed class NodeTests
{
    [Theory]
    [InlineData("example.org:2022", "/dns/example.org/udp/2022/quic-v1", "/dns/example.org/tcp/2022")]
    [InlineData("192.0.2.1:2022", "/ip4/192.0.2.1/udp/2022/quic-v1", "/ip4/192.0.2.1/tcp/2022")]
    [InlineData("[2001:db8::1]:2022", "/ip6/2001:db8::1/udp/2022/quic-v1", "/ip6/2001:db8::1/tcp/2022")]
    public void HostAndPortAreOneAddressPerTransport(string text, string quic, string tcp) =>
        NodeAddress.Parse(text).Candidates.Select(address => address.ToString()).ShouldBe([quic, tcp]);

    [Theory]
    [InlineData("")]
    [InlineData("example.org")]
    [InlineData("example.org:0")]
    [InlineData("example.org:66000")]
    [InlineData(":2022")]
    [InlineData("/ip4/1.2.3/tcp/1")]
    public void OtherTextsAreNot(string text) => NodeAddress.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void APeerThatClosesAtOnceIsDialedQuicklyAndThenLessOften()
    {
        var schedule = new RedialSchedule();
        var waits = Enumerable.Range(0, 12).Select(_ => schedule.Closed(TimeSpan.FromMilliseconds(2)).TotalSeconds).ToList();
        waits.ShouldBe([0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 40, 60, 60, 60]);
        schedule.Closed(TimeSpan.FromMinutes(1)).TotalSeconds.ShouldBe(0.1);
        schedule.ClosedAtOnce.ShouldBe(0);
        Enumerable.Range(0, 8).Select(_ => schedule.Failed().TotalSeconds).ShouldBe([1, 2, 5, 10, 20, 40, 60, 60]);
    }

    [Fact]
    public async Task APeerThatClosesEveryConnectionIsRedialedAtTheStatedTimesAndExplained()
    {
        await using var hosts = new TestHosts();
        var clock = new ManualClock();
        using var logs = new RecordingLogger(LogLevel.Warning);
        var rude = await hosts.StartAsync(configure: builder => builder.Options = builder.Options with { Identify = false });
        rude.ConnectionOpened += connection => _ = connection.CloseAsync().AsTask();
        var host = await hosts.StartAsync(configure: builder =>
        {
            builder.Time = clock;
            builder.LoggerFactory = logs;
        });
        var dials = new List<DateTimeOffset>();
        host.ConnectionOpened += _ =>
        {
            lock (dials)
            {
                dials.Add(clock.GetUtcNow());
            }
        };
        var address = NodeAddress.Parse(TestHosts.AddressOf(rude).ToString());
        await using var node = new Libp2pNode(host, new NodeOptions { Peers = [address], AutoNat = null, Namespace = null });
        var expected = new[] { 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 40, 60 };
        for (var i = 0; i < expected.Length; i++)
        {
            var dialed = i + 1;
            await SettleAsync(() => dials.Count >= dialed && host.Connections.Count == 0 && node.Journal.Of(rude.PeerId).Count(line => line.Text.StartsWith("closed", StringComparison.Ordinal)) >= Math.Min(dialed, 10));
            var due = dials[^1].AddSeconds(expected[i]);
            clock.Advance(due - clock.GetUtcNow());
        }

        await SettleAsync(() => dials.Count > expected.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            (dials[i + 1] - dials[i]).TotalSeconds.ShouldBe(expected[i], 0.01);
        }

        logs.Lines.ShouldHaveSingleItem().ShouldContain("closes every connection at once, 10 times in a row by now. aquadoggo 0.8 to 0.9.1 does this unless relay_mode or relay_addresses is set there");
    }

    [Fact]
    public async Task NodesFindEachOtherThroughARelayAndStayConnected()
    {
        await using var hosts = new TestHosts();
        var relay = await hosts.StartAsync("tcp", builder => builder.UseCircuits());
        await using var serving = new Libp2pNode(relay, new NodeOptions { RelayOffer = RelayOffer.On, ServeRendezvous = true, RelayUse = RelayUse.Never, AutoNat = null });
        var options = new NodeOptions { Relays = [NodeAddress.Parse(TestHosts.AddressOf(relay).WithoutPeer().ToString())], AutoNat = null, DiscoverEvery = TimeSpan.FromMilliseconds(200) };
        var one = await hosts.StartAsync("tcp", builder => builder.UseCircuits());
        var other = await hosts.StartAsync("tcp", builder => builder.UseCircuits());
        await using var first = new Libp2pNode(one, options);
        await using var second = new Libp2pNode(other, options);
        await SettleAsync(() => one.FindConnection(other.PeerId) is not null && other.FindConnection(one.PeerId) is not null);
        serving.Relay!.ReservationCount.ShouldBe(2);
        (first.Journal.Of(other.PeerId).Concat(second.Journal.Of(one.PeerId))).Select(line => line.Text).ShouldContain(text => text.StartsWith("found by rendezvous", StringComparison.Ordinal));
        one.Addresses.Listening.ShouldContain(address => address.IsRelayed);
    }

    [Fact]
    public async Task ReachabilityDecidesAboutRelaysAndRelaying()
    {
        await using var hosts = new TestHosts();
        var relay = await hosts.StartAsync("tcp", builder => builder.UseCircuits());
        using var server = new RelayServer(relay);
        using var tests = new AutoNatServer(relay, new AutoNatServerOptions { AllowPrivate = true, TestsPerPeer = 100 });
        var host = await hosts.StartAsync("tcp", builder => builder.UseCircuits());
        await using var node = new Libp2pNode(host, new NodeOptions
        {
            Relays = [NodeAddress.Parse(TestHosts.AddressOf(relay).ToString())],
            Namespace = null,
            RelayOffer = RelayOffer.WhenPublic,
            AutoNat = new AutoNatClientOptions { BootDelay = TimeSpan.FromSeconds(1), RetryInterval = TimeSpan.FromMilliseconds(50), PerServerPause = TimeSpan.Zero, ScopeOf = _ => AddressScope.Global },
        });
        await SettleAsync(() => server.ReservationCount == 1);
        node.Relay.ShouldBeNull();
        await SettleAsync(() => node.Reachability == Reachability.Public);
        await SettleAsync(() => !host.Addresses.Listening.Any(address => address.IsRelayed));
        node.Relay.ShouldNotBeNull();
        host.Protocols.ShouldContain("/libp2p/circuit/relay/0.2.0/hop");
    }

    [Fact]
    public async Task OnlyKnownAddressesAreDialed()
    {
        await using var hosts = new TestHosts();
        var known = await hosts.StartAsync();
        var other = await hosts.StartAsync();
        var address = NodeAddress.Parse(TestHosts.AddressOf(known).ToString());
        var host = await hosts.StartAsync(configure: builder => builder.Gate(new KnownAddressesGate([address])).UseCircuits());
        (await Should.ThrowAsync<IOException>(host.ConnectAsync(TestHosts.AddressOf(other), TestHosts.Deadline))).Message.ShouldContain("known addresses only");
        (await Should.ThrowAsync<IOException>(host.ConnectAsync(P2Panda.Libp2p.Protocols.Relay.CircuitAddress.Through(TestHosts.AddressOf(other)).WithPeer(KeyPair.Generate().PeerId), TestHosts.Deadline)))
            .Message.ShouldContain("known addresses only");
        (await host.ConnectAsync(TestHosts.AddressOf(known), TestHosts.Deadline)).RemotePeer.ShouldBe(known.PeerId);
    }

    [Fact]
    public async Task DnsAddrLeadsToTheAddressesOfThePeerThatIsWanted()
    {
        var wanted = KeyPair.Generate().PeerId;
        var names = new FixedNames
        {
            Texts =
            {
                ["_dnsaddr.example.org"] =
                [
                    $"dnsaddr=/ip4/192.0.2.1/udp/1/quic-v1/p2p/{KeyPair.Generate().PeerId}",
                    $"dnsaddr=/dnsaddr/deeper.example.org/p2p/{wanted}",
                    "v=spf1 -all",
                    $"dnsaddr=/dns4/host.example.org/tcp/9/p2p/{wanted}",
                ],
                // A loop.
                ["_dnsaddr.deeper.example.org"] = [$"dnsaddr=/dnsaddr/example.org/p2p/{wanted}", $"dnsaddr=/ip6/2001:db8::1/tcp/7/p2p/{wanted}"],
            },
            Hosts = { ["host.example.org"] = [.. Enumerable.Range(1, 100).Select(i => new IPAddress([192, 0, 2, (byte)i]))] },
        };
        var found = await NameExpansion.ExpandAsync(names, Multiaddr.Parse($"/dnsaddr/example.org/p2p/{wanted}"), [], TestHosts.Deadline);
        found.ShouldContain(Multiaddr.Parse($"/ip4/192.0.2.1/tcp/9/p2p/{wanted}"));
        found.ShouldAllBe(address => address.Peer == wanted);
        found.Count.ShouldBeLessThanOrEqualTo(NameExpansion.MaxPerName);
        names.Lookups.ShouldBeLessThanOrEqualTo(NameExpansion.MaxLookups + 2);
    }

    [Fact]
    public async Task TextRecordsAreAskedOfANameServer()
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var answering = Task.Run(async () =>
        {
            var buffer = new byte[512];
            var received = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
            var query = buffer[..received.ReceivedBytes];
            byte[] text = [.. "dnsaddr=/ip4/192.0.2.1/tcp/1"u8];
            byte[] junk = [.. query];
            junk[0] ^= 1;
            await server.SendToAsync(junk, received.RemoteEndPoint);
            byte[] answer = [query[0], query[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. query[12..], 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 9, 0, (byte)(text.Length + 1), (byte)text.Length, .. text];
            await server.SendToAsync(answer, received.RemoteEndPoint);
        });
        var names = new SystemNameResolver(() => [(IPEndPoint)server.LocalEndPoint!]);
        (await names.ResolveTextAsync("_dnsaddr.example.org", TestHosts.Deadline)).ShouldBe(["dnsaddr=/ip4/192.0.2.1/tcp/1"]);
        await answering;
    }

    [Fact]
    public void AnyAnswerIsReadWithoutThrowing()
    {
        var random = new Random(5);
        var query = TextQuery.Encode(7, "_dnsaddr.example.org");
        byte[] good = [query[0], query[1], 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0, .. query[12..], 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 9, 0, 3, 2, 65, 66];
        for (var i = 0; i < 100_000; i++)
        {
            var bad = good[..random.Next(good.Length + 1)];
            for (var flips = random.Next(4); flips > 0 && bad.Length > 0; flips--)
            {
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            }

            TextQuery.TryDecode(query, bad, out _);
        }
    }

    [Fact]
    public async Task EverythingGoesThroughTheProxyNamesIncluded()
    {
        await using var hosts = new TestHosts();
        var target = await hosts.StartAsync("tcp");
        target.Addresses.Listening[0].TryGetEndPoint(MultiaddrProtocol.Tcp, out var real).ShouldBeTrue();
        await using var proxy = new TestProxy(new IPEndPoint(IPAddress.Loopback, 0), (_, _) => real!);
        var host = await hosts.StartAsync("none", builder =>
        {
            builder.Options = builder.Options with { Names = null };
            builder.UseTcp(new TcpOptions { Proxy = new SocksProxy(proxy.EndPoint) });
        }, listen: false);
        foreach (var address in (string[])["/dns4/node.example/tcp/2022", "/ip4/203.0.113.9/tcp/2022", "/ip6/2001:db8::9/tcp/2022"])
        {
            var connection = await host.ConnectAsync([Multiaddr.Parse(address).WithPeer(target.PeerId)], TestHosts.Deadline);
            connection.RemotePeer.ShouldBe(target.PeerId);
            await connection.CloseAsync();
        }

        proxy.Requests.ShouldBe(["node.example:2022", "203.0.113.9:2022", "2001:db8::9:2022"]);
        proxy.Refuse = true;
        (await Should.ThrowAsync<IOException>(host.ConnectAsync([Multiaddr.Parse("/dns4/no.example/tcp/1")], TestHosts.Deadline))).Message.ShouldContain("connection refused");
        (await Should.ThrowAsync<IOException>(host.ConnectAsync([Multiaddr.Parse("/ip4/203.0.113.9/udp/1/quic-v1")], TestHosts.Deadline))).Message.ShouldContain("no transport");
    }

    private static async Task SettleAsync(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            i.ShouldBeLessThan(3000, "gave up waiting");
            await Task.Delay(10);
        }
    }
}
