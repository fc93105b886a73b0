namespace P2Panda.Libp2p;

/// <summary>A finished connection: the peer is known, bytes are protected, streams can be opened and accepted.</summary>
public interface IMuxedConnection : IAsyncDisposable
{
    /// <summary>Who is at the other end.</summary>
    PeerId RemotePeer { get; }

    /// <summary>Our address, without a peer id.</summary>
    Multiaddr LocalAddress { get; }

    /// <summary>The peer's address, without a peer id.</summary>
    Multiaddr RemoteAddress { get; }

    /// <summary>Name of the transport, e.g. <c>tcp</c>.</summary>
    string Transport { get; }

    /// <summary>What protects it, e.g. <c>/noise</c>, <c>/tls/1.0.0</c>.</summary>
    string Security { get; }

    /// <summary>What multiplexes it, e.g. <c>/yamux/1.0.0</c>, <c>quic</c>.</summary>
    string Muxer { get; }

    /// <summary>What a relay in between allows; null without a relay, or without a limit.</summary>
    CircuitLimit? Limit => null;

    /// <summary>Last measured round trip, if any.</summary>
    TimeSpan? RoundTripTime { get; }

    /// <summary>Completes when the connection is closed, by whomever; the text says why. Never faults.</summary>
    Task<string> Closed { get; }

    /// <summary>Opens a stream. Waits when the peer must first accept earlier ones.</summary>
    /// <exception cref="IOException">The connection is closed or closing.</exception>
    ValueTask<MuxedStream> OpenStreamAsync(CancellationToken cancellation);

    /// <summary>Waits for a stream the peer opened; null when the connection is closed.</summary>
    ValueTask<MuxedStream?> AcceptStreamAsync(CancellationToken cancellation);

    /// <summary>Closes: tells the peer, then ends all streams. Bounded in time.</summary>
    ValueTask CloseAsync(ConnectionCloseReason reason);
}
