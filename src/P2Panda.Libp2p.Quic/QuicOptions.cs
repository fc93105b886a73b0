namespace P2Panda.Libp2p.Quic;

/// <summary>
/// Parameters of the QUIC transport. The defaults are rust-libp2p's where it has one, because the effective idle time-out is the smaller
/// of both sides'; everything a stranger could fill has a bound here.
/// </summary>
public sealed record QuicOptions
{
    /// <summary>Longest handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection silent for this long is gone.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which we say something to keep the connection and NAT mappings alive; zero is never.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Streams a peer may hold open at once.</summary>
    public int MaxInboundStreams { get; init; } = 256;

    /// <summary>Received and unread bytes a stream may hold.</summary>
    public int StreamWindow { get; init; } = 10_000_000;

    /// <summary>Received and unread bytes all streams of a connection may hold together.</summary>
    public int ConnectionWindow { get; init; } = 15_000_000;

    /// <summary>Bytes a stream keeps until the peer acknowledges them; a writer waits beyond.</summary>
    public int StreamSendBuffer { get; init; } = 2 * 1024 * 1024;

    /// <summary>The same for all streams of a connection together.</summary>
    public int ConnectionSendBuffer { get; init; } = 8 * 1024 * 1024;

    /// <summary>Largest UDP payload to try, bytes: 1452 fits Ethernet under IPv6.</summary>
    public int MaxUdpPayload { get; init; } = 1452;

    /// <summary>Inbound handshakes in progress on one socket; further Initials are dropped.</summary>
    public int MaxPendingHandshakes { get; init; } = 128;

    /// <summary>Inbound handshakes in progress beyond which a newcomer must first show that its address is its own (Retry).</summary>
    public int RetryFromPendingHandshakes { get; init; } = 32;

    /// <summary>Inbound handshakes in progress from one IPv4 address or IPv6 /56.</summary>
    public int MaxPendingHandshakesPerAddress { get; init; } = 16;

    /// <summary>Inbound handshakes begun per second without Retry; the burst is as large.</summary>
    public int HandshakesPerSecond { get; init; } = 400;

    /// <summary>Inbound connections on one socket.</summary>
    public int MaxInboundConnections { get; init; } = 1024;

    /// <summary>Inbound connections from one IPv4 address or IPv6 /56; loopback is exempt unless <see cref="LimitLoopback"/>.</summary>
    public int MaxInboundConnectionsPerAddress { get; init; } = 32;

    /// <summary>Whether limits per address hold for loopback too; tests set it.</summary>
    public bool LimitLoopback { get; init; }

    /// <summary>Version negotiations, Retries, stateless resets and repeated closes per second, each; the burst is as large.</summary>
    public int StatelessRepliesPerSecond { get; init; } = 200;

    /// <summary>Connection ids of closed connections that are still answered with the closing datagram.</summary>
    public int MaxClosedConnectionIds { get; init; } = 2048;

    /// <summary>Whether ChaCha20-Poly1305 comes before AES-GCM; null asks the processor whether it has AES instructions.</summary>
    public bool? PreferChaCha { get; init; }

    /// <summary>Whether several datagrams are given to the kernel at once where it can (UDP_SEGMENT).</summary>
    public bool UseSegmentationOffload { get; init; } = true;

    /// <summary>Size asked for the socket's buffers, bytes; the kernel's limits (net.core.rmem_max) may give less.</summary>
    public int SocketBuffer { get; init; } = 4 * 1024 * 1024;

    /// <summary>All that is wrong with these options; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }

        Require(HandshakeTimeout > TimeSpan.Zero, $"{nameof(HandshakeTimeout)} must be positive");
        Require(IdleTimeout > TimeSpan.Zero, $"{nameof(IdleTimeout)} must be positive");
        Require(KeepAlive < IdleTimeout, $"{nameof(KeepAlive)} must be shorter than {nameof(IdleTimeout)}");
        Require(KeepAlive >= TimeSpan.Zero, $"{nameof(KeepAlive)} must not be negative");
        Require(MaxInboundStreams is > 0 and <= 65536, $"{nameof(MaxInboundStreams)} must be 1 to 65536");
        Require(StreamWindow >= 65536, $"{nameof(StreamWindow)} must be at least 64 KiB");
        Require(ConnectionWindow >= StreamWindow, $"{nameof(ConnectionWindow)} must be at least {nameof(StreamWindow)}");
        Require(StreamSendBuffer >= 65536, $"{nameof(StreamSendBuffer)} must be at least 64 KiB");
        Require(ConnectionSendBuffer >= StreamSendBuffer, $"{nameof(ConnectionSendBuffer)} must be at least {nameof(StreamSendBuffer)}");
        Require(MaxUdpPayload is >= 1200 and <= 1472, $"{nameof(MaxUdpPayload)} must be 1200 to 1472");
        Require(MaxPendingHandshakes > 0, $"{nameof(MaxPendingHandshakes)} must be positive");
        Require(RetryFromPendingHandshakes >= 0, $"{nameof(RetryFromPendingHandshakes)} must not be negative");
        Require(MaxPendingHandshakesPerAddress > 0, $"{nameof(MaxPendingHandshakesPerAddress)} must be positive");
        Require(HandshakesPerSecond > 0, $"{nameof(HandshakesPerSecond)} must be positive");
        Require(MaxInboundConnections > 0, $"{nameof(MaxInboundConnections)} must be positive");
        Require(MaxInboundConnectionsPerAddress > 0, $"{nameof(MaxInboundConnectionsPerAddress)} must be positive");
        Require(StatelessRepliesPerSecond > 0, $"{nameof(StatelessRepliesPerSecond)} must be positive");
        Require(MaxClosedConnectionIds > 0, $"{nameof(MaxClosedConnectionIds)} must be positive");
        return problems;
    }
}
