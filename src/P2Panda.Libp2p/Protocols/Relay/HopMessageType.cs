namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>Kinds of messages between a client and its relay.</summary>
internal enum HopMessageType
{
    Reserve = 0,
    Connect = 1,
    Status = 2,
}
