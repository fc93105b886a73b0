using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Negotiation;
using P2Panda.Libp2p.Swarm;

namespace P2Panda.Libp2p;

/// <summary>Life of a connection: admission, streams, end.</summary>
public sealed partial class Libp2pHost
{
    /// <summary>Takes a finished connection into the table, or closes it and says why.</summary>
    internal async ValueTask<(Connection? Connection, string Refusal)> AdoptAsync(IMuxedConnection muxed, ConnectionDirection direction, ConnectionLease lease)
    {
        var peer = muxed.RemotePeer;
        var refusal = Judge(peer, lease, out var reason);
        if (refusal is not null)
        {
            Metrics.Refused(refusal);
            Log.Refused(Logger, muxed.RemoteAddress, refusal);
            await muxed.CloseAsync(reason).ConfigureAwait(false);
            lease.Dispose();
            return (null, refusal);
        }

        var connection = new Connection(this, muxed, direction, lease, Interlocked.Increment(ref _nextConnection));
        _connections[connection.Id] = connection;
        Metrics.ConnectionOpened(connection);
        Log.Connected(Logger, connection, muxed.Security, muxed.Muxer);
        _ = WatchAsync(connection);
        _ = AcceptStreamsAsync(connection);
        Raise(() => ConnectionOpened?.Invoke(connection));
        if (_identify is not null)
        {
            _ = _identify.AskAsync(connection);
        }
        else
        {
            connection.IdentifySource.TrySetResult();
        }

        return (connection, "");
    }

    private string? Judge(PeerId peer, ConnectionLease lease, out ConnectionCloseReason reason)
    {
        reason = ConnectionCloseReason.Gated;
        if (_disposed != 0)
        {
            reason = ConnectionCloseReason.Normal;
            return "shutting down";
        }

        if (peer == PeerId)
        {
            return "it is ourselves";
        }

        if (_gates.FirstOrDefault(gate => !gate.AllowsPeer(peer)) is { } refusing)
        {
            return refusing.Name;
        }

        var limit = lease.TryEstablish(peer);
        reason = ConnectionCloseReason.ResourceLimit;
        return limit == LimitResult.Ok ? null : $"limit {limit}";
    }

    private async Task WatchAsync(Connection connection)
    {
        var reason = await connection.Closed.ConfigureAwait(false);
        _connections.TryRemove(connection.Id, out _);
        connection.Lease.Dispose();
        connection.IdentifySource.TrySetResult();
        Metrics.ConnectionClosed(connection);
        Log.Closed(Logger, connection, reason);
        Raise(() => ConnectionClosed?.Invoke(connection));
    }

    private async Task AcceptStreamsAsync(Connection connection)
    {
        while (await connection.Muxed.AcceptStreamAsync(CancellationToken.None).ConfigureAwait(false) is { } stream)
        {
            if (connection.TryBeginNegotiation(Options.MaxNegotiatingStreams))
            {
                _ = ServeAsync(connection, stream);
            }
            else
            {
                Metrics.Refused("negotiating streams");
                stream.Reset();
            }
        }
    }

    private async Task ServeAsync(Connection connection, MuxedStream stream)
    {
        connection.BeginStream();
        try
        {
            var protocol = await NegotiateAsync(connection, stream).ConfigureAwait(false);
            if (protocol is not null)
            {
                await HandleAsync(connection, stream, protocol).ConfigureAwait(false);
            }
        }
        finally
        {
            connection.EndStream();
        }
    }

    private async Task<string?> NegotiateAsync(Connection connection, MuxedStream stream)
    {
        string failure;
        try
        {
            using var deadline = new CancellationTokenSource(Options.NegotiationTimeout, Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, Stopping);
            var io = new MuxedStreamIO(stream);
            var outcome = await Multistream.ListenAsync(io, protocol => _protocols.Supports(protocol, connection.IsLimited), either.Token).ConfigureAwait(false);
            if (outcome.IsAgreed)
            {
                io.Release();
                stream.Protocol = outcome.Protocol;
                Metrics.StreamOpened(outcome.Protocol, ConnectionDirection.Inbound);
                return outcome.Protocol;
            }

            failure = outcome.Result.ToString();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            failure = e is OperationCanceledException ? "Timeout" : "Reset";
        }
        finally
        {
            connection.EndNegotiation();
        }

        Metrics.StreamFailed(failure);
        stream.Reset();
        return null;
    }

    private async Task HandleAsync(Connection connection, MuxedStream stream, string protocol)
    {
        if (!_protocols.TryBegin(protocol, connection.RemotePeer, out var handler))
        {
            Metrics.Refused("streams of " + protocol);
            stream.Reset();
            return;
        }

        using var deadline = new CancellationTokenSource(handler.Policy.Deadline, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, Stopping);
        try
        {
            await handler.HandleAsync(stream, connection, either.Token).ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The peer went away or was too slow: no fault of the handler's.
            Log.HandlerEnded(Logger, protocol, connection.RemotePeer, e.Message);
            Metrics.StreamFailed(e is OperationCanceledException ? "Timeout" : "Reset");
            stream.Reset();
        }
#pragma warning disable CA1031 // a handler's mistake ends its stream, not the node
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.HandlerFailed(Logger, protocol, e);
            Metrics.StreamFailed("HandlerFault");
            stream.Reset();
        }
        finally
        {
            _protocols.End(protocol, connection.RemotePeer);
        }
    }

    private void CloseRefused()
    {
        foreach (var connection in _connections.Values)
        {
            if (_gates.FirstOrDefault(gate => !gate.AllowsPeer(connection.RemotePeer)) is { } refusing)
            {
                Metrics.Refused(refusing.Name);
                _ = connection.CloseAsync(ConnectionCloseReason.Gated).AsTask();
            }
        }
    }

    private void CloseIdle()
    {
        foreach (var connection in _connections.Values)
        {
            if (connection.IsIdle(Options.IdleTimeout))
            {
                _ = connection.CloseAsync().AsTask();
            }
        }
    }
}
