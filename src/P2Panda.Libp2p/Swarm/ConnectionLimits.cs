namespace P2Panda.Libp2p;

/// <summary>How many connections are allowed. A connection is refused when a count has reached its limit.</summary>
public sealed record ConnectionLimits
{
    /// <summary>Inbound handshakes under way.</summary>
    public int PendingInbound { get; init; } = 64;

    /// <summary>Dials under way.</summary>
    public int PendingOutbound { get; init; } = 64;

    /// <summary>Inbound connections.</summary>
    public int EstablishedInbound { get; init; } = 256;

    /// <summary>Outbound connections.</summary>
    public int EstablishedOutbound { get; init; } = 256;

    /// <summary>Connections with one peer, both directions.</summary>
    public int PerPeer { get; init; } = 4;

    /// <summary>Inbound connections and handshakes from one IPv4 address or one IPv6 /56. Loopback is exempt.</summary>
    public int PerAddress { get; init; } = 8;

    /// <summary>Inbound connections and handshakes from one IPv4 /24 or one IPv6 /48. Loopback is exempt.</summary>
    public int PerNetwork { get; init; } = 64;

    /// <summary>Handshakes that may begin in a burst, loopback exempt.</summary>
    public int InboundBurst { get; init; } = 100;

    /// <summary>Handshakes per second that may begin in the long run, loopback exempt.</summary>
    public double InboundPerSecond { get; init; } = 50;

    /// <summary>The limits of aquadoggo 0.9.1.</summary>
    public static ConnectionLimits Aquadoggo { get; } = new()
    {
        PendingInbound = 8,
        PendingOutbound = 8,
        EstablishedInbound = 16,
        EstablishedOutbound = 16,
        PerPeer = 2,
    };
}
