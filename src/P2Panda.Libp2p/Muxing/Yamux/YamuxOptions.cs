namespace P2Panda.Libp2p;

/// <summary>Bounds of a yamux session.</summary>
public sealed record YamuxOptions
{
    /// <summary>Window every stream begins with; fixed by the protocol, bytes.</summary>
    public const int InitialWindow = 256 * 1024;

    /// <summary>Largest receive window of one stream, bytes.</summary>
    public int MaxStreamWindow { get; init; } = 16 * 1024 * 1024;

    /// <summary>Receive window beyond the initial one that all streams of a connection share, bytes.</summary>
    public int MaxExtraWindow { get; init; } = 32 * 1024 * 1024;

    /// <summary>Streams the peer may have open.</summary>
    public int MaxInboundStreams { get; init; } = 512;

    /// <summary>Streams the peer opened that nobody has accepted yet.</summary>
    public int MaxAcceptBacklog { get; init; } = 256;

    /// <summary>Streams we opened that the peer has not acknowledged; opening waits beyond.</summary>
    public int MaxUnacknowledged { get; init; } = 256;

    /// <summary>Largest frame body that is accepted, bytes.</summary>
    public int MaxFrameBody { get; init; } = 1024 * 1024;

    /// <summary>Largest frame body that is sent while several streams have data, bytes.</summary>
    public int SharedFrameBody { get; init; } = 16 * 1024;

    /// <summary>Answers to pings that may wait for a peer that does not read.</summary>
    public int MaxPendingPongs { get; init; } = 32;

    /// <summary>Resets of refused streams that may wait for a peer that does not read.</summary>
    public int MaxPendingRefusals { get; init; } = 512;

    /// <summary>Silence after which a ping is sent.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time in which that ping must be answered.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the peer may leave a stream open that we closed and no longer read.</summary>
    public TimeSpan AbandonedStreamLifetime { get; init; } = TimeSpan.FromSeconds(30);
}
