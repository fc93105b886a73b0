using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>Addresses through a relay: <c>…/p2p/relay/p2p-circuit[/p2p/target]</c>.</summary>
internal static class CircuitAddress
{
    public static Multiaddr Through(Multiaddr relay) => relay.Encapsulate(Multiaddr.Parse("/p2p-circuit"));

    /// <summary>Takes one apart; exactly one relay, named by its id, and nothing behind but a target.</summary>
    public static bool TrySplit(Multiaddr address, [NotNullWhen(true)] out Multiaddr? relay, out PeerId? target)
    {
        relay = null;
        target = null;
        var circuits = address.Components.Count(component => component.Protocol == MultiaddrProtocol.P2PCircuit);
        var bare = address.WithoutPeer();
        if (circuits != 1 || bare.Components[^1].Protocol != MultiaddrProtocol.P2PCircuit || bare.Components.Count < 2)
        {
            return false;
        }

        relay = bare.Decapsulate(MultiaddrProtocol.P2PCircuit)!;
        target = address.Components[^1].Protocol == MultiaddrProtocol.P2P ? address.Peer : null;
        return relay.Peer is not null && relay.Components.Count > 1;
    }
}
