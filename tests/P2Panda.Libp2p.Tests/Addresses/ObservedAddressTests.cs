namespace P2Panda.Libp2p.Tests.Addresses;

public sealed class ObservedAddressTests
{
    private static readonly Multiaddr Observer = Multiaddr.Parse("/ip4/5.5.5.10/tcp/1");

    [Fact]
    public void APlaceAtARelayIsNotTakenForAPortOfOurs()
    {
        var table = new AddressTable(confirmAfter: 1);
        Multiaddr[] listening =
        [
            Multiaddr.Parse("/ip4/5.5.5.10/tcp/2022/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq/p2p-circuit"),
            Multiaddr.Parse("/ip4/192.168.1.2/tcp/3000"),
        ];
        table.ListenOn(() => listening);
        table.Observe(Multiaddr.Parse("/ip4/5.5.5.1/tcp/40000"), Multiaddr.Parse("/ip4/192.168.1.2/tcp/40000"), Observer, dialed: true);
        table.Candidates.ShouldBe([Multiaddr.Parse("/ip4/5.5.5.1/tcp/3000")]);
    }

    [Fact]
    public void AfterATestThatFailedWhatOthersSeeConfirmsNothing()
    {
        var table = new AddressTable(confirmAfter: 1);
        table.Confirm(Multiaddr.Parse("/ip4/6.6.6.6/udp/1/quic-v1"));
        table.Observe(Multiaddr.Parse("/ip4/5.5.5.1/udp/1/quic-v1"), Multiaddr.Parse("/ip4/192.168.1.2/udp/1/quic-v1"), Observer, dialed: true);
        table.Confirmed.Count.ShouldBe(2);
        table.LetObservationsConfirm(false);
        table.Observe(Multiaddr.Parse("/ip4/5.5.5.1/udp/1/quic-v1"), Multiaddr.Parse("/ip4/192.168.1.2/udp/1/quic-v1"), Observer, dialed: true);
        // What the operator said stays.
        table.Confirmed.ShouldBe([Multiaddr.Parse("/ip4/6.6.6.6/udp/1/quic-v1")]);
        table.Candidates.ShouldBe([Multiaddr.Parse("/ip4/5.5.5.1/udp/1/quic-v1")]);
    }
}
