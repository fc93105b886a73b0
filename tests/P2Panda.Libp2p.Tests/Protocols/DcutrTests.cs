using P2Panda.Libp2p.Protocols.Dcutr;
using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Protocols;

public sealed class DcutrTests
{
    private static readonly DcutrOptions Quick = new() { DrainGrace = TimeSpan.FromMilliseconds(100), IdentifyPatience = TimeSpan.FromSeconds(2) };
    private static readonly PeerId Peer = KeyPair.Generate().PeerId;
    private static readonly Multiaddr PublicRelay = Multiaddr.Parse("/ip4/5.5.5.10/udp/1/quic-v1");

    [Fact]
    public void AtMostSixteenAddressesAndFourTargetsAreTried()
    {
        var many = Enumerable.Range(0, 200).Select(i => Multiaddr.Parse($"/ip4/5.0.{i % 10}.1/udp/{1000 + i}/quic-v1"));
        var chosen = PunchTargets.Choose(many, [], Peer, PublicRelay, new DcutrOptions());
        chosen.Count.ShouldBe(16);
        chosen.Select(address => address.Components[0].ValueText).Distinct().Count().ShouldBe(4);
    }

    [Theory]
    [InlineData("/ip4/127.0.0.1/udp/1/quic-v1")]
    [InlineData("/ip4/169.254.0.1/udp/1/quic-v1")]
    [InlineData("/ip4/192.168.0.1/udp/1/quic-v1")]
    [InlineData("/ip4/0.0.0.0/udp/1/quic-v1")]
    [InlineData("/ip4/224.0.0.1/udp/1/quic-v1")]
    [InlineData("/ip6/::1/udp/1/quic-v1")]
    [InlineData("/ip6/fe80::1/udp/1/quic-v1")]
    [InlineData("/dns4/victim.example/udp/1/quic-v1")]
    [InlineData("/ip4/6.0.0.1/udp/1/quic-v1")]
    [InlineData("/ip4/5.5.5.9/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq")]
    [InlineData("/ip4/5.5.5.9/tcp/1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq/p2p-circuit")]
    public void OtherPlacesAreNotTried(string address) =>
        PunchTargets.Choose([Multiaddr.Parse(address)], [Multiaddr.Parse("/ip4/6.0.0.1/udp/1/quic-v1")], Peer, PublicRelay, new DcutrOptions()).ShouldBeEmpty();

    [Fact]
    public void PrivateAddressesAreTriedBehindTheSameNat()
    {
        Multiaddr[] theirs = [Multiaddr.Parse("/ip4/7.0.0.1/udp/5/quic-v1"), Multiaddr.Parse("/ip4/192.168.0.9/udp/5/quic-v1")];
        PunchTargets.Choose(theirs, [Multiaddr.Parse("/ip4/7.0.0.1/udp/6/quic-v1")], Peer, PublicRelay, new DcutrOptions()).Count.ShouldBe(2);
        PunchTargets.Choose(theirs, [Multiaddr.Parse("/ip4/7.0.0.2/udp/6/quic-v1")], Peer, PublicRelay, new DcutrOptions()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("0364")]
    [InlineData("0808")]
    [InlineData("08c801")]
    [InlineData("0864120500")]
    public void JunkIsNoMessage(string hex) => DcutrMessage.TryDecode(Convert.FromHexString(hex), out _).ShouldBeFalse();

    [Fact]
    public async Task ARelayedConnectionBecomesADirectOneAndIsDrained()
    {
        await using var hosts = new TestHosts();
        var relay = await hosts.StartAsync("tcp");
        using var server = new RelayServer(relay);
        var b = await StartAsync(hosts);
        var a = await StartAsync(hosts);
        using var leads = new Dcutr(b, Quick);
        using var follows = new Dcutr(a, Quick);
        var outcome = new TaskCompletionSource<DcutrOutcome>();
        leads.Finished += outcome.SetResult;
        await ReserveAsync(b, relay);
        var relayed = await a.ConnectAsync(b.PeerId, [RelayedAddress(relay, b)], TestHosts.Deadline);
        relayed.IsRelayed.ShouldBeTrue();
        var result = await outcome.Task.WaitAsync(TestHosts.Patience);
        result.Direct.ShouldNotBeNull(result.Reason);
        result.Attempts.ShouldBeInRange(1, 3);
        result.Direct.Direction.ShouldBe(ConnectionDirection.Inbound);
        (await relayed.Closed.WaitAsync(TestHosts.Patience)).ShouldNotBeNull();
        for (var wait = 0; wait < 500 && a.Connections.Any(each => each.IsRelayed); wait++)
        {
            await Task.Delay(10);
        }

        a.Connections.Single(each => each.RemotePeer == b.PeerId).Direction.ShouldBe(ConnectionDirection.Outbound);
        (await a.FindConnection(b.PeerId)!.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task APeerThatGoesOnAskingGetsItsAnswersAndNoFurtherConnection()
    {
        await using var hosts = new TestHosts();
        var relay = await hosts.StartAsync("tcp");
        using var server = new RelayServer(relay);
        var b = await StartAsync(hosts);
        var a = await StartAsync(hosts);
        using var follows = new Dcutr(a, Quick with { DrainGrace = TimeSpan.FromSeconds(30) });
        await ReserveAsync(b, relay);
        await a.ConnectAsync(b.PeerId, [RelayedAddress(relay, b)], TestHosts.Deadline);
        for (var wait = 0; wait < 500 && !b.Connections.Any(each => each.IsRelayed); wait++)
        {
            await Task.Delay(10);
        }

        var relayed = b.Connections.Single(each => each.IsRelayed);
        for (var i = 0; i < 3; i++)
        {
            await using var stream = await relayed.OpenStreamAsync([DcutrMessage.ProtocolId], TestHosts.Deadline);
            await stream.WriteMessageAsync(new DcutrMessage(false, [b.Addresses.Listening.First(address => !address.IsRelayed)]).Encode(), TestHosts.Deadline);
            var answer = await stream.ReadMessageAsync(DcutrMessage.MaxLength, TestHosts.Deadline);
            DcutrMessage.TryDecode(answer.Body.Span, out var decoded).ShouldBeTrue();
            decoded!.Addresses.ShouldNotBeEmpty();
            await stream.WriteMessageAsync(DcutrMessage.SyncMessage.Encode(), TestHosts.Deadline);
            for (var wait = 0; wait < 500 && b.Connections.Count(each => each.RemotePeer == a.PeerId) < 2; wait++)
            {
                await Task.Delay(10);
            }

            b.Connections.Count(each => each.RemotePeer == a.PeerId).ShouldBe(2);
        }

        relayed.Closed.IsCompleted.ShouldBeFalse();
    }

    private static Task<Libp2pHost> StartAsync(TestHosts hosts) =>
        hosts.StartAsync("none", builder => builder.UseTcp(new TcpOptions { PortReuse = true }).UseCircuits());

    private static Task<IListener> ReserveAsync(Libp2pHost host, Libp2pHost relay) =>
        host.ListenAsync(P2Panda.Libp2p.Protocols.Relay.CircuitAddress.Through(TestHosts.AddressOf(relay)), TestHosts.Deadline);

    private static Multiaddr RelayedAddress(Libp2pHost relay, Libp2pHost target) =>
        P2Panda.Libp2p.Protocols.Relay.CircuitAddress.Through(TestHosts.AddressOf(relay)).WithPeer(target.PeerId);
}
