namespace P2Panda.Libp2p;

/// <summary>A peer that says it is on this link. Nothing of that is proved until a connection is made.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Addresses">Where, without the peer id.</param>
public sealed record MdnsPeer(PeerId Peer, IReadOnlyList<Multiaddr> Addresses);
