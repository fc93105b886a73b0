using System.Collections.Concurrent;
using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Protocols.Relay;

namespace P2Panda.Libp2p;

/// <summary>
/// Connections through a relay (libp2p specs, relay/circuit-v2), with noise and yamux of their own inside. Listening on
/// <c>…/p2p/relay/p2p-circuit</c> reserves a place at that relay and keeps it.
/// </summary>
public sealed class CircuitTransport : IHostedTransport
{
    /// <summary>A relay opens one stream per circuit; what comes of it is under the host's limits of connections.</summary>
    private static readonly StreamPolicy StopPolicy = new() { MaxPerPeer = 256, MaxTotal = 1024, RunOnLimited = true };

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly ConnectionUpgrader _upgrader;
    private readonly ConcurrentDictionary<PeerId, CircuitListener> _listeners = new();
    private Libp2pHost? _host;

    /// <summary>A transport that upgrades circuits with <paramref name="upgrader"/>.</summary>
    public CircuitTransport(ConnectionUpgrader upgrader) => _upgrader = upgrader;

    /// <inheritdoc/>
    public string Name => "circuit";

    private Libp2pHost Host => _host ?? throw new InvalidOperationException("The transport belongs to no host.");

    /// <inheritdoc/>
    public void Attach(Libp2pHost host)
    {
        _host = host;
        host.Handle(RelayProtocol.StopId, AcceptAsync, StopPolicy);
    }

    /// <inheritdoc/>
    public bool CanDial(Multiaddr address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return CircuitAddress.TrySplit(address, out var relay, out _) && relay.Peer != _host?.PeerId;
    }

    /// <inheritdoc/>
    public bool CanListen(Multiaddr address) => CanDial(address);

    /// <inheritdoc/>
    public async ValueTask<IMuxedConnection> DialAsync(DialRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!CircuitAddress.TrySplit(request.Address, out var relayAddress, out var named) || (request.Expected ?? named) is not { } target)
        {
            throw new IOException($"{request.Address} does not say through which relay to whom.");
        }

        var relay = await Host.ConnectAsync(relayAddress, cancellation).ConfigureAwait(false);
        var (stream, limit) = await RelayClient.ConnectAsync(Host, relay, target, cancellation).ConfigureAwait(false);
        var raw = new RawConnection(
            new CircuitStream(stream), CircuitAddress.Through(relay.LocalAddress.WithPeer(relay.RemotePeer)), CircuitAddress.Through(relayAddress), Name)
        {
            Limit = limit.IsNone ? null : limit,
        };
        return await _upgrader.UpgradeAsync(raw, HandshakeRole.Dialer, target, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IListener> ListenAsync(Multiaddr address, IConnectionSink sink, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!CircuitAddress.TrySplit(address, out var relay, out _))
        {
            throw new IOException($"{address} does not name a relay.");
        }

        var listener = new CircuitListener(Host, relay, sink, gone => _listeners.TryRemove(new(gone.Relay, gone)));
        if (!_listeners.TryAdd(listener.Relay, listener))
        {
            throw new IOException($"A place at {listener.Relay} is reserved already.");
        }

        try
        {
            await listener.StartAsync(cancellation).ConfigureAwait(false);
            return listener;
        }
        catch
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners.Values)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A relay brings somebody.</summary>
    private async Task AcceptAsync(MuxedStream stream, Connection relay, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(StopTimeout, Host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var frame = await stream.ReadMessageAsync(RelayFields.MaxMessage, either.Token).ConfigureAwait(false);
        var status = Judge(frame, relay, out var request, out var listener);
        IPendingInbound? pending = null;
        var remote = CircuitAddress.Through(relay.RemoteAddress.WithPeer(relay.RemotePeer));
        var local = CircuitAddress.Through(relay.LocalAddress.WithPeer(relay.RemotePeer));
        if (status == RelayStatus.Ok && !listener!.Sink.TryAdmit(local, remote, out pending))
        {
            status = RelayStatus.ResourceLimitExceeded;
        }

        using (pending)
        {
            await stream.WriteMessageAsync(RelayProtocol.Stop.Answer(status).Encode(), either.Token).ConfigureAwait(false);
            if (status != RelayStatus.Ok)
            {
                Log.RelayRefused(Host.Logger, relay.RemotePeer, relay.RemoteAddress, $"a circuit from {request?.Peer?.ToString() ?? "nobody"}", status);
                return;
            }

            try
            {
                var raw = new RawConnection(new CircuitStream(stream), local, remote, Name) { Limit = request!.Limit is { IsNone: false } limit ? limit : null };
                var connection = await _upgrader.UpgradeAsync(raw, HandshakeRole.Listener, request.Peer, cancellation).ConfigureAwait(false);
                pending!.Complete(connection);
                // The stream is the connection's from here; it ends with it.
                await connection.Closed.ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                pending!.Fail(e.Message);
                stream.Reset();
            }
        }
    }

    private RelayStatus Judge(FramedMessage frame, Connection relay, out RelayMessage? request, out CircuitListener? listener)
    {
        listener = null;
        request = null;
        if (frame.Result != FrameResult.Ok || !RelayProtocol.Stop.TryDecode(frame.Body.Span, out request))
        {
            return RelayStatus.MalformedMessage;
        }

        if (request.Type != RelayMessageType.Connect)
        {
            return RelayStatus.UnexpectedMessage;
        }

        if (request.Peer is not { } source)
        {
            return RelayStatus.MalformedMessage;
        }

        if (relay.IsRelayed)
        {
            return RelayStatus.PermissionDenied;
        }

        if (!_listeners.TryGetValue(relay.RemotePeer, out listener) || !listener.IsReservedOver(relay))
        {
            return RelayStatus.NoReservation;
        }

        return source == Host.PeerId || !Host.IsPeerAllowed(source, out _) ? RelayStatus.PermissionDenied : RelayStatus.Ok;
    }
}
