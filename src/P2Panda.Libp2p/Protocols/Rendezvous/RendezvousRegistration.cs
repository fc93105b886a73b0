namespace P2Panda.Libp2p;

/// <summary>A peer that registered, with its signature verified.</summary>
/// <param name="Namespace">Where it registered.</param>
/// <param name="Peer">Who.</param>
/// <param name="Addresses">Where it says it can be reached, at most <see cref="RendezvousClient.MaxAddresses"/>.</param>
/// <param name="Ttl">For how long this holds.</param>
public sealed record RendezvousRegistration(string Namespace, PeerId Peer, IReadOnlyList<Multiaddr> Addresses, TimeSpan Ttl);
