namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>Kinds of messages between a relay and the target of a circuit.</summary>
internal enum StopMessageType
{
    Connect = 0,
    Status = 1,
}
