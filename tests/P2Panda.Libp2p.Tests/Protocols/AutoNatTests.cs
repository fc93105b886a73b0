using P2Panda.Libp2p.Protocols.AutoNat;
using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Protocols;

public sealed class AutoNatTests
{
    [Fact]
    public void AgreementRaisesConfidenceAndContradictionLowersIt()
    {
        var vote = new ReachabilityVote();
        vote.Add(Reachability.Public).ShouldBeTrue();
        (vote.Status, vote.Confidence).ShouldBe((Reachability.Public, 0));
        for (var i = 0; i < 5; i++)
        {
            vote.Add(Reachability.Public).ShouldBeFalse();
        }

        vote.Confidence.ShouldBe(3);
        for (var i = 0; i < 3; i++)
        {
            vote.Add(Reachability.Private).ShouldBeFalse();
        }

        (vote.Status, vote.Confidence).ShouldBe((Reachability.Public, 0));
        vote.Add(Reachability.Private).ShouldBeTrue();
        vote.Status.ShouldBe(Reachability.Private);
    }

    [Fact]
    public void OnlyTheAddressThePeerCameFromIsDialed()
    {
        var peer = KeyPair.Generate().PeerId;
        var other = KeyPair.Generate().PeerId;
        var request = new AutoNatMessage(false)
        {
            Addresses =
            [
                Multiaddr.Parse("/ip4/9.9.9.9/udp/53/quic-v1"), Multiaddr.Parse("/ip4/127.0.0.1/tcp/22"), Multiaddr.Parse("/dns4/victim.example/tcp/80"),
                Multiaddr.Parse("/ip4/9.9.9.9/tcp/1").WithPeer(other), Multiaddr.Parse($"/ip4/9.9.9.9/tcp/1/p2p/{other}/p2p-circuit"),
            ],
        };
        AutoNatServer.Targets(request, Multiaddr.Parse("/ip4/5.5.5.1/udp/4/quic-v1"), peer)
            .ShouldBe([Multiaddr.Parse("/ip4/5.5.5.1/udp/53/quic-v1"), Multiaddr.Parse("/ip4/5.5.5.1/tcp/22")]);
    }

    [Fact]
    public async Task AReachableNodeLearnsIt()
    {
        await using var hosts = new TestHosts();
        var asking = await hosts.StartAsync("tcp");
        var server = await hosts.StartAsync("tcp");
        using var tests = new AutoNatServer(server, new AutoNatServerOptions { AllowPrivate = true });
        var connection = await asking.ConnectAsync(TestHosts.AddressOf(server), TestHosts.Deadline);
        var options = new AutoNatClientOptions
        {
            BootDelay = TimeSpan.Zero,
            RetryInterval = TimeSpan.FromMilliseconds(50),
            PerServerPause = TimeSpan.Zero,
            ScopeOf = _ => AddressScope.Global,
        };
        await connection.IdentifyDone.WaitAsync(TestHosts.Patience);
        await using var client = new AutoNatClient(asking, options);
        for (var i = 0; i < 500 && client.Status != Reachability.Public; i++)
        {
            await Task.Delay(10);
        }

        client.Status.ShouldBe(Reachability.Public);
        asking.Addresses.Confirmed.ShouldContain(asking.Addresses.Listening[0]);
        server.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RequestsForOthersAndTooManyAreRefused()
    {
        await using var hosts = new TestHosts();
        var asking = await hosts.StartAsync("tcp");
        var server = await hosts.StartAsync("tcp");
        using var tests = new AutoNatServer(server, new AutoNatServerOptions { AllowPrivate = true });
        var connection = await asking.ConnectAsync(TestHosts.AddressOf(server), TestHosts.Deadline);
        (await AskAsync(KeyPair.Generate().PeerId)).ShouldBe(AutoNatStatus.BadRequest);
        for (var i = 0; i < 3; i++)
        {
            (await AskAsync(asking.PeerId)).ShouldBe(AutoNatStatus.Ok);
        }

        (await AskAsync(asking.PeerId)).ShouldBe(AutoNatStatus.DialRefused);

        async Task<AutoNatStatus> AskAsync(PeerId who)
        {
            await using var stream = await connection.OpenStreamAsync([AutoNatMessage.ProtocolId], TestHosts.Deadline);
            await stream.WriteMessageAsync(new AutoNatMessage(false) { Peer = who, Addresses = asking.Addresses.Listening }.Encode(), TestHosts.Deadline);
            var answer = await stream.ReadMessageAsync(AutoNatMessage.MaxLength, TestHosts.Deadline);
            AutoNatMessage.TryDecode(answer.Body.Span, out var decoded).ShouldBeTrue();
            return decoded!.Status;
        }
    }

    [Fact]
    public async Task PeersOnPrivateAddressesAreNotDialedByDefault()
    {
        await using var hosts = new TestHosts();
        var asking = await hosts.StartAsync("tcp");
        var server = await hosts.StartAsync("tcp");
        using var tests = new AutoNatServer(server);
        var connection = await asking.ConnectAsync(TestHosts.AddressOf(server), TestHosts.Deadline);
        await using var stream = await connection.OpenStreamAsync([AutoNatMessage.ProtocolId], TestHosts.Deadline);
        await stream.WriteMessageAsync(new AutoNatMessage(false) { Peer = asking.PeerId, Addresses = asking.Addresses.Listening }.Encode(), TestHosts.Deadline);
        var answer = await stream.ReadMessageAsync(AutoNatMessage.MaxLength, TestHosts.Deadline);
        AutoNatMessage.TryDecode(answer.Body.Span, out var decoded).ShouldBeTrue();
        decoded!.Status.ShouldBe(AutoNatStatus.DialRefused);
    }
}
