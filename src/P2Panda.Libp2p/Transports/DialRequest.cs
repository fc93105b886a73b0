namespace P2Panda.Libp2p;

/// <summary>What to dial and how.</summary>
/// <param name="Address">The address; a peer id at its end has no meaning to the transport.</param>
/// <param name="Expected">Who must answer; none accepts anybody, which only tests and bootstrap by bare address want.</param>
public sealed record DialRequest(Multiaddr Address, PeerId? Expected)
{
    /// <summary>Who we are in the handshakes. <see cref="HandshakeRole.Listener"/> is for hole punching only.</summary>
    public HandshakeRole Role { get; init; } = HandshakeRole.Dialer;

    /// <summary>Which local port to dial from.</summary>
    public PortUse Port { get; init; } = PortUse.Reuse;
}
