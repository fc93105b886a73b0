namespace P2Panda.Libp2p;

/// <summary>Answer of a rendezvous server.</summary>
/// <param name="Registrations">Those whose records are genuine.</param>
/// <param name="Cookie">With it, the next question returns what was registered since.</param>
public sealed record RendezvousDiscovery(IReadOnlyList<RendezvousRegistration> Registrations, ReadOnlyMemory<byte> Cookie);
