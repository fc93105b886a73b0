using System.Net;
using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Protocols.Relay;

namespace P2Panda.Libp2p;

/// <summary>
/// A circuit relay (libp2p specs, relay/circuit-v2): peers that cannot be reached reserve here, others connect to them through us.
/// Serves from construction until disposed; circuits that run then go on.
/// </summary>
public sealed class RelayServer : IDisposable
{
    /// <summary>Requests and circuits of one peer at once: circuits have their own, smaller limit.</summary>
    private static readonly StreamPolicy Policy = new() { MaxPerPeer = 64, MaxTotal = 4096, RunOnLimited = true };

    private readonly Libp2pHost _host;
    private readonly RelayServerOptions _options;
    private readonly ReservationTable _table;
    private long _bytes;
    private long _refused;

    /// <summary>Begins to serve.</summary>
    /// <exception cref="InvalidOperationException">The host serves as a relay already.</exception>
    public RelayServer(Libp2pHost host, RelayServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _options = options ?? new RelayServerOptions();
        _table = new ReservationTable(_options, host.Time);
        host.Handle(RelayProtocol.HopId, ServeAsync, Policy);
        host.ConnectionClosed += OnConnectionClosed;
    }

    /// <summary>Reservations in force.</summary>
    public int ReservationCount => _table.Count;

    /// <summary>Circuits that run or are being made.</summary>
    public int CircuitCount => _table.CircuitCount;

    /// <summary>Bytes forwarded since the start.</summary>
    public long BytesForwarded => Volatile.Read(ref _bytes);

    /// <summary>Requests refused since the start.</summary>
    public long RefusedCount => Volatile.Read(ref _refused);

    internal ReservationTable Table => _table;

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.StopHandling(RelayProtocol.HopId);
        _host.ConnectionClosed -= OnConnectionClosed;
        _table.Clear();
    }

    private static IPAddress? AddressOf(Connection connection) => connection.RemoteAddress.TryGetIp(out var ip) ? ip : null;

    private void OnConnectionClosed(Connection connection)
    {
        if (_table.Remove(connection.Id))
        {
            _host.Metrics.RelayReservations(-1);
        }
    }

    private async Task ServeAsync(MuxedStream stream, Connection connection, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(_options.RequestTimeout, _host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var frame = await stream.ReadMessageAsync(RelayFields.MaxMessage, either.Token).ConfigureAwait(false);
        if (frame.Result != FrameResult.Ok || !RelayProtocol.Hop.TryDecode(frame.Body.Span, out var request))
        {
            await RefuseAsync(stream, connection, RelayStatus.MalformedMessage, "a request that cannot be read", either.Token).ConfigureAwait(false);
            return;
        }

        if (request.Type == RelayMessageType.Status)
        {
            await RefuseAsync(stream, connection, RelayStatus.UnexpectedMessage, "a status as request", either.Token).ConfigureAwait(false);
        }
        else if (connection.IsRelayed)
        {
            await RefuseAsync(stream, connection, RelayStatus.PermissionDenied, "a request that came through a relay", either.Token).ConfigureAwait(false);
        }
        else if (request.Type == RelayMessageType.Reserve)
        {
            await ReserveAsync(stream, connection, either.Token).ConfigureAwait(false);
        }
        else if (request.Peer is not { } target)
        {
            await RefuseAsync(stream, connection, RelayStatus.MalformedMessage, "a circuit to nobody", either.Token).ConfigureAwait(false);
        }
        else
        {
            await ConnectAsync(stream, connection, target, cancellation).ConfigureAwait(false);
        }
    }

    private async Task ReserveAsync(MuxedStream stream, Connection connection, CancellationToken cancellation)
    {
        var before = _table.Count;
        var status = _table.TryReserve(connection.RemotePeer, connection.Id, AddressOf(connection), out var expires, connection.KeepAlive);
        if (status != RelayStatus.Ok)
        {
            await RefuseAsync(stream, connection, status, "a reservation", cancellation).ConfigureAwait(false);
            return;
        }

        _host.Metrics.RelayReservations(_table.Count - before);
        if (connection.Closed.IsCompleted)
        {
            // It closed while we decided, and its event came before the reservation.
            OnConnectionClosed(connection);
        }

        var expiresAt = (ulong)expires.ToUnixTimeSeconds();
        var answer = RelayProtocol.Hop.Answer(RelayStatus.Ok) with
        {
            Reservation = new ReservationTerms(
                expiresAt, AddressesFor(connection), ReservationVoucher.Seal(_host.Identity, connection.RemotePeer, expiresAt).Encode()),
            Limit = _options.Limit.IsNone ? null : _options.Limit,
        };
        Log.Reserved(_host.Logger, connection.RemotePeer, connection.RemoteAddress);
        await stream.WriteMessageAsync(answer.Encode(), cancellation).ConfigureAwait(false);
    }

    /// <summary>Confirmed addresses, and the one this client reached us at: rust clients fail without any.</summary>
    private List<Multiaddr> AddressesFor(Connection connection) =>
        [.. _host.Addresses.Confirmed.Append(connection.LocalAddress.WithoutPeer())
            .Where(address => !address.IsRelayed)
            .Distinct()
            .Take(ReservationTerms.MaxAddresses / 2)
            .Select(address => address.WithPeer(_host.PeerId))];

    private async Task ConnectAsync(MuxedStream stream, Connection connection, PeerId target, CancellationToken cancellation)
    {
        var source = connection.RemotePeer;
        var status = _table.TryBeginCircuit(source, target, AddressOf(connection), out var reserved);
        if (status != RelayStatus.Ok)
        {
            await RefuseAsync(stream, connection, status, $"a circuit to {target}", cancellation).ConfigureAwait(false);
            return;
        }

        MuxedStream? stop = null;
        try
        {
            (status, stop) = await StopAsync(source, reserved, cancellation).ConfigureAwait(false);
            if (stop is null)
            {
                await RefuseAsync(stream, connection, status, $"a circuit to {target}", cancellation).ConfigureAwait(false);
                return;
            }

            // Bytes that the target has sent already wait in its pipe: they follow our consent.
            var consent = RelayProtocol.Hop.Answer(RelayStatus.Ok) with { Limit = _options.Limit.IsNone ? null : _options.Limit };
            await stream.WriteMessageAsync(consent.Encode(), cancellation).ConfigureAwait(false);
            _host.Metrics.RelayCircuits(1);
            var circuit = new Circuit(stream, stop, _options.Limit, _host.Time, Count);
            try
            {
                var end = await circuit.RunAsync(cancellation).ConfigureAwait(false);
                Log.CircuitEnded(_host.Logger, source, target, circuit.Bytes, end);
            }
            finally
            {
                _host.Metrics.RelayCircuits(-1);
            }
        }
        finally
        {
            _table.EndCircuit(source);
            if (stop is not null)
            {
                await stop.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks the target over its reserved connection; the stream when it agrees.</summary>
    private async Task<(RelayStatus Status, MuxedStream? Stream)> StopAsync(PeerId source, long reserved, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(_options.RequestTimeout, _host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        MuxedStream? stop = null;
        try
        {
            if (_host.FindConnection(reserved) is not { } connection)
            {
                return (RelayStatus.NoReservation, null);
            }

            stop = await connection.OpenStreamAsync([RelayProtocol.StopId], either.Token).ConfigureAwait(false);
            var request = RelayProtocol.Stop.Connect(source) with { Limit = _options.Limit.IsNone ? null : _options.Limit };
            await stop.WriteMessageAsync(request.Encode(), either.Token).ConfigureAwait(false);
            var frame = await stop.ReadMessageAsync(RelayFields.MaxMessage, either.Token).ConfigureAwait(false);
            var answer = frame.Result == FrameResult.Ok && RelayProtocol.Stop.TryDecode(frame.Body.Span, out var decoded) && decoded.Type == RelayMessageType.Status
                ? decoded.Status
                : RelayStatus.ConnectionFailed;
            if (answer == RelayStatus.Ok)
            {
                return (answer, stop);
            }

            stop.Reset();
            return (answer is RelayStatus.PermissionDenied or RelayStatus.ResourceLimitExceeded ? answer : RelayStatus.ConnectionFailed, null);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            stop?.Reset();
            return (RelayStatus.ConnectionFailed, null);
        }
    }

    private async Task RefuseAsync(MuxedStream stream, Connection connection, RelayStatus status, string what, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _refused);
        _host.Metrics.Refused($"relay {status}");
        Log.RelayRefused(_host.Logger, connection.RemotePeer, connection.RemoteAddress, what, status);
        await stream.WriteMessageAsync(RelayProtocol.Hop.Answer(status).Encode(), cancellation).ConfigureAwait(false);
    }

    private void Count(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        _host.Metrics.RelayBytes(bytes);
    }
}
