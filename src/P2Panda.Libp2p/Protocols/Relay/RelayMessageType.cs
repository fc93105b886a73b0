namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>Kinds of messages between a relay and its clients, in the order of their numbers in hop; stop begins at <see cref="Connect"/>.</summary>
internal enum RelayMessageType
{
    Reserve,
    Connect,
    Status,
}
