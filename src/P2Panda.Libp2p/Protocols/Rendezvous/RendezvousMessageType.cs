namespace P2Panda.Libp2p.Protocols.Rendezvous;

/// <summary>What a message is.</summary>
internal enum RendezvousMessageType
{
    Register = 0,
    RegisterResponse = 1,
    Unregister = 2,
    Discover = 3,
    DiscoverResponse = 4,
}
