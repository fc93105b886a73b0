using P2Panda.Libp2p.Swarm;
using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Swarm;

public sealed class ConnectionAccountantTests
{
    private static readonly Multiaddr Far = Multiaddr.Parse("/ip4/198.51.100.7/tcp/1");
    private readonly ManualClock _clock = new();

    [Fact]
    public void AFloodFromOneAddressIsStoppedAndOthersStillGetIn()
    {
        var accountant = new ConnectionAccountant(new ConnectionLimits(), _clock);
        var leases = new List<ConnectionLease?>();
        for (var i = 0; i < 8; i++)
        {
            accountant.TryBeginInbound(Far, out var lease).ShouldBe(LimitResult.Ok);
            leases.Add(lease);
        }

        // A thousand identities do not help: it is the address that counts.
        for (var i = 0; i < 1000; i++)
        {
            accountant.TryBeginInbound(Far, out _).ShouldBe(LimitResult.PerAddress);
        }

        accountant.TryBeginInbound(Multiaddr.Parse("/ip4/203.0.113.9/tcp/1"), out var other).ShouldBe(LimitResult.Ok);
        leases.ForEach(lease => lease!.Dispose());
        other!.Dispose();
        accountant.TrackedRanges.ShouldBe(0);
        accountant.Counts.ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public void ANetworkIsCountedAsAWhole()
    {
        var accountant = new ConnectionAccountant(new ConnectionLimits { PendingInbound = 1000 }, _clock);
        var results = Enumerable.Range(1, 65).Select(i => accountant.TryBeginInbound(Multiaddr.Parse($"/ip4/198.51.100.{i}/tcp/1"), out _)).ToList();
        results.Take(64).ShouldAllBe(result => result == LimitResult.Ok);
        results[64].ShouldBe(LimitResult.PerNetwork);
    }

    [Fact]
    public void HandshakesAreRationedInTime()
    {
        var accountant = new ConnectionAccountant(new ConnectionLimits { PendingInbound = 1000, InboundBurst = 5, InboundPerSecond = 1 }, _clock);
        LimitResult Try(int i) => accountant.TryBeginInbound(Multiaddr.Parse($"/ip6/2001:{i:x}::1/tcp/1"), out _);
        Enumerable.Range(1, 5).Select(Try).ShouldAllBe(result => result == LimitResult.Ok);
        Try(6).ShouldBe(LimitResult.InboundRate);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Try(7).ShouldBe(LimitResult.Ok);
        Try(8).ShouldBe(LimitResult.InboundRate);
    }

    [Fact]
    public void APeerHasItsLimitInBothDirections()
    {
        var accountant = new ConnectionAccountant(ConnectionLimits.Aquadoggo, _clock);
        var peer = KeyPair.FromSeed(new byte[32]).PeerId;
        accountant.TryBeginInbound(Far, out var first);
        accountant.TryBeginOutbound(out var second);
        accountant.TryBeginOutbound(out var third);
        first!.TryEstablish(peer).ShouldBe(LimitResult.Ok);
        second!.TryEstablish(peer).ShouldBe(LimitResult.Ok);
        third!.TryEstablish(peer).ShouldBe(LimitResult.PerPeer);
        first.Dispose();
        first.Dispose();
        third.TryEstablish(peer).ShouldBe(LimitResult.Ok);
    }

    [Fact]
    public void PlansDialQuicBeforeTcpBeforeRelays()
    {
        var relay = KeyPair.FromSeed(new byte[32]).PeerId;
        var plan = DialPlan.Rank(
        [
            Multiaddr.Parse($"/ip4/8.8.8.8/tcp/1/p2p/{relay}/p2p-circuit"), Multiaddr.Parse("/ip4/8.8.4.4/tcp/1"), Multiaddr.Parse("/ip4/8.8.4.4/udp/1/quic-v1"),
            Multiaddr.Parse("/ip6/2600::1/udp/1/quic-v1"),
        ]);
        plan.Select(entry => entry.Address.ToString()).ShouldBe(
        [
            "/ip6/2600::1/udp/1/quic-v1", "/ip4/8.8.4.4/udp/1/quic-v1", "/ip4/8.8.4.4/tcp/1", $"/ip4/8.8.8.8/tcp/1/p2p/{relay}/p2p-circuit",
        ]);
        plan[0].Delay.ShouldBe(TimeSpan.Zero);
        DialPlan.Rank(Enumerable.Range(1, 100).Select(i => Multiaddr.Parse($"/ip4/8.8.8.8/tcp/{i}"))).Count.ShouldBe(DialPlan.MaxAddresses);
    }

    [Fact]
    public void TheAddressBookIsBoundedAndForgets()
    {
        var book = new AddressBook(_clock);
        var peer = KeyPair.FromSeed(new byte[32]).PeerId;
        book.Add(peer, Enumerable.Range(1, 100).Select(i => Multiaddr.Parse($"/ip4/8.8.8.8/tcp/{i}")), TimeSpan.FromHours(1));
        book.Get(peer).Count.ShouldBe(AddressBook.MaxPerPeer);
        book.Add(peer, [Multiaddr.Parse("/ip4/8.8.8.8/tcp/5").WithPeer(KeyPair.Generate().PeerId)], TimeSpan.MaxValue);
        _clock.Advance(TimeSpan.FromHours(2));
        book.Get(peer).ShouldBeEmpty();
        for (var i = 0; i < AddressBook.MaxPeers + 10; i++)
        {
            var key = PublicKey.FromEd25519([.. BitConverter.GetBytes(i), .. new byte[28]]);
            book.Add(key.PeerId, [Multiaddr.Parse("/ip4/8.8.8.8/tcp/1")], TimeSpan.FromHours(1));
        }

        book.Count.ShouldBe(AddressBook.MaxPeers);
    }

    [Fact]
    public void AnAddressOfOursIsConfirmedByDistinctObserversOnly()
    {
        var table = new AddressTable(confirmAfter: 2);
        var observed = Multiaddr.Parse("/ip4/8.8.8.8/udp/2022/quic-v1");
        var local = Multiaddr.Parse("/ip4/10.0.0.1/udp/2022/quic-v1");
        for (var i = 0; i < 10; i++)
        {
            table.Observe(observed, local, Multiaddr.Parse("/ip4/1.1.1.1/udp/1/quic-v1"), dialed: true);
        }

        table.Confirmed.ShouldBeEmpty();
        table.Observe(observed, local, Multiaddr.Parse("/ip4/1.1.1.2/udp/1/quic-v1"), dialed: true);
        table.Confirmed.ShouldBe([observed]);
        for (var i = 1; i < 100; i++)
        {
            table.Observe(Multiaddr.Parse($"/ip4/8.8.4.{i}/udp/1/quic-v1"), local, Multiaddr.Parse("/ip4/1.1.1.1/udp/1/quic-v1"), dialed: true);
        }

        table.Candidates.Count.ShouldBe(AddressTable.MaxCandidates);
    }
}
