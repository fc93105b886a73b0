namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>What was learned: a peer with news, the same again, or gone.</summary>
internal readonly record struct MdnsEvent(MdnsEventKind Kind, PeerId Peer, IReadOnlyList<Multiaddr> Addresses, TimeSpan Ttl);
