namespace P2Panda.Libp2p;

/// <summary>What an upgrade found out about a connection.</summary>
/// <param name="RemoteKey">The peer's identity key.</param>
/// <param name="LocalAddress">Our address.</param>
/// <param name="RemoteAddress">The peer's address.</param>
/// <param name="Transport">Name of the transport.</param>
/// <param name="Security">Protocol that protects it.</param>
internal sealed record ConnectionFacts(PublicKey RemoteKey, Multiaddr LocalAddress, Multiaddr RemoteAddress, string Transport, string Security)
{
    /// <summary>What a relay in between allows; null without a limit.</summary>
    public CircuitLimit? Limit { get; init; }
}
