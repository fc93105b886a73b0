namespace P2Panda.Libp2p;

/// <summary>
/// A way to reach peers. A transport hands out finished connections – authenticated, encrypted, multiplexed –, whether it gets
/// there by itself (QUIC) or by upgrading a byte stream (TCP).
/// </summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Short name for metrics and logs, e.g. <c>tcp</c>.</summary>
    string Name { get; }

    /// <summary>Whether this transport can dial the address.</summary>
    bool CanDial(Multiaddr address);

    /// <summary>Whether this transport can listen on the address.</summary>
    bool CanListen(Multiaddr address);

    /// <summary>Dials, and returns when the peer is authenticated and streams can be opened.</summary>
    /// <exception cref="IOException">The peer cannot be reached, or is somebody else.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, also by the caller's deadline.</exception>
    ValueTask<IMuxedConnection> DialAsync(DialRequest request, CancellationToken cancellation);

    /// <summary>Starts to listen. Inbound connections go to <paramref name="sink"/> when they are finished.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    ValueTask<IListener> ListenAsync(Multiaddr address, IConnectionSink sink, CancellationToken cancellation);
}
