namespace P2Panda.Libp2p;

/// <summary>Says no to connections. Asked in the order dial, accept, peer; the first refusal ends the connection.</summary>
public interface IConnectionGate
{
    /// <summary>What it allows has changed: existing connections are asked about again.</summary>
    event Action? Changed;

    /// <summary>Short name for logs and metrics.</summary>
    string Name { get; }

    /// <summary>Whether this address may be dialed.</summary>
    bool AllowsDial(PeerId? peer, Multiaddr address);

    /// <summary>Whether a connection from here may begin its handshake; nothing is known of the peer.</summary>
    bool AllowsAccept(Multiaddr remote);

    /// <summary>Whether this peer, now authenticated, may stay.</summary>
    bool AllowsPeer(PeerId peer);
}
