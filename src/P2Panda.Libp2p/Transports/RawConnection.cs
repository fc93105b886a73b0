namespace P2Panda.Libp2p;

/// <summary>A byte stream to somebody, before anything is known of the peer.</summary>
/// <param name="Bytes">The stream; a zero-byte read must wait for data.</param>
/// <param name="LocalAddress">Our address.</param>
/// <param name="RemoteAddress">The peer's address.</param>
/// <param name="Transport">Name of the transport.</param>
public sealed record RawConnection(Stream Bytes, Multiaddr LocalAddress, Multiaddr RemoteAddress, string Transport)
{
    /// <summary>What a relay in between allows; null without a relay, or without a limit.</summary>
    public CircuitLimit? Limit { get; init; }
}
