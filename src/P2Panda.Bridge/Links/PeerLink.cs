using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P2Panda.Bridge.Index;
using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using P2Panda.Store;

namespace P2Panda.Bridge.Links;

/// <summary>Replication over one connection: the state machine, both its one-way streams, and what it wants done.</summary>
internal sealed partial class PeerLink : IDisposable
{
    /// <summary>Messages read and not worked on; further ones stay in the stream.</summary>
    private const int MaxWaiting = 64;

    /// <summary>Entries with wrong signatures after which a peer is disconnected.</summary>
    private const int MaxInvalid = 16;

    private const int MaxRecent = 16_384;

    private readonly Channel<LinkEvent> _events = Channel.CreateBounded<LinkEvent>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private readonly Lock _newsGate = new();
    private readonly HashSet<SchemaId> _news = [];
    private bool _hasSupportChanged;
    private readonly LinkParts _parts;
    private readonly ILogger _logger;
    private readonly PeerReplication _replication;
    private readonly EntryIntake _intake;
    private readonly LinkWriter _writer;
    private readonly RecentIds _recent = new(MaxRecent);
    private readonly DateTimeOffset _startedAt;
    private readonly long _started;
    private CancellationTokenSource? _reading;

    public PeerLink(Connection connection, LinkParts parts, SendMemory memory)
    {
        Connection = connection;
        _parts = parts;
        _logger = parts.Logger;
        _stopping = _stop.Token;
        _startedAt = parts.Time.GetUtcNow();
        _started = parts.Time.GetTimestamp();
        var nextId = (ulong)Random.Shared.NextInt64(1, 1L << 31);
        _replication = new PeerReplication(
            parts.Options, parts.Supported(), parts.IsOpen, parts.OwnPeer.CompareTo(connection.RemotePeer) < 0, () => nextId++, Now);
        _intake = new EntryIntake(parts.Store, parts.Gate, connection.RemotePeer, parts.Counters, _recent.Add);
        _writer = new LinkWriter(connection, parts.Index, memory, parts.Counters, parts.Time, each => _events.Writer.WriteAsync(each, _stopping));
    }

    public Connection Connection { get; }

    /// <summary>Figures for people; may be torn.</summary>
    public PeerReplication Replication => _replication;

    // Wall clock at the beginning, monotonic from there: a clock that is set must not end sessions.
    private DateTimeOffset Now => _startedAt + _parts.Time.GetElapsedTime(_started);

    /// <summary>Runs until the connection closes or the bridge stops.</summary>
    public async Task RunAsync()
    {
        var writing = _writer.RunAsync(_stopping);
        var working = WorkAsync(_stopping);
        var closed = Connection.Closed;
        await Task.WhenAny(writing, working, closed).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var task in new[] { writing, working })
        {
            try
            {
                await task.ConfigureAwait(false);
            }
            catch (ProtocolNotSpokenException failure)
            {
                LogNotSpoken(Connection.RemotePeer, failure.Message);
            }
            catch (IOException failure) when (!closed.IsCompleted)
            {
                LogBroken(Connection.RemotePeer, failure.Message);
                await Connection.CloseAsync().ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or ChannelClosedException)
            {
                // The connection is gone, or the bridge stops.
            }
        }
    }

    public void Stop() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <summary>Time has passed.</summary>
    public void Tick(bool mayAsk) => Post((replication, now) => replication.Tick(now, mayAsk));

    /// <summary>What we replicate may have changed.</summary>
    public void Support()
    {
        // Noted beside the loop's queue: it may be full, and nobody would say it again.
        lock (_newsGate)
        {
            _hasSupportChanged = true;
        }

        Post((_, _) => { });
    }

    /// <summary>Entries were stored.</summary>
    public void News(IReadOnlyList<IndexedEntry> entries)
    {
        var isNews = false;
        lock (_newsGate)
        {
            foreach (var entry in entries)
            {
                isNews |= !_recent.Contains(entry.Id) && _news.Add(entry.Schema);
            }
        }

        if (isNews)
        {
            Post((_, _) => { });
        }
    }

    /// <summary>Reads a stream that the peer opened, instead of the one before it.</summary>
    public async Task ReadAsync(MuxedStream stream, CancellationToken cancellation)
    {
        using var own = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping);
        if (Interlocked.Exchange(ref _reading, own) is { } older)
        {
            await CancelQuietlyAsync(older).ConfigureAwait(false);
        }

        var decoder = new MessageDecoder();
        while (true)
        {
            var result = await stream.Input.ReadAsync(own.Token).ConfigureAwait(false);
            _parts.Counters.CountBytesReceived(result.Buffer.Length);
            foreach (var segment in result.Buffer)
            {
                decoder.Add(segment.Span);
            }

            stream.Input.AdvanceTo(result.Buffer.End);
            while (decoder.Next() is { } message)
            {
                await _events.Writer.WriteAsync(new LinkEvent(message, null), own.Token).ConfigureAwait(false);
            }

            if (decoder.Refusal != MessageRefusal.None)
            {
                // As aquadoggo does: this stream ends, the connection stays, and a new stream is read from its beginning.
                _parts.Counters.CountRefusedStream();
                LogStreamRefused(Connection.RemotePeer, decoder.Refusal);
                stream.Reset();
                return;
            }

            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task CancelQuietlyAsync(CancellationTokenSource source)
    {
        try
        {
            await source.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // That stream has ended by itself.
        }
    }

    private void Post(Action<PeerReplication, DateTimeOffset> change) =>
        // When the loop is that far behind, the next tick comes soon enough.
        _events.Writer.TryWrite(new LinkEvent(null, change));

    private async Task WorkAsync(CancellationToken cancellation)
    {
        await ActAsync(cancellation).ConfigureAwait(false);
        while (await _events.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            while (_events.Reader.TryRead(out var next))
            {
                if (next.Message is { } message)
                {
                    _replication.Receive(message, Now);
                }

                next.Change?.Invoke(_replication, Now);
                TellNews();
                await ActAsync(cancellation).ConfigureAwait(false);
            }

            await _intake.DispatchAsync().ConfigureAwait(false);
            if (_intake.Invalid >= MaxInvalid)
            {
                LogHostile(Connection.RemotePeer, _intake.Invalid);
                await Connection.CloseAsync(ConnectionCloseReason.ProtocolViolation).ConfigureAwait(false);
                return;
            }
        }
    }

    private void TellNews()
    {
        lock (_newsGate)
        {
            if (_hasSupportChanged)
            {
                _hasSupportChanged = false;
                _replication.Support(_parts.Supported(), Now);
            }

            foreach (var schema in _news)
            {
                _replication.News(schema, Now);
            }

            _news.Clear();
        }
    }

    private async Task ActAsync(CancellationToken cancellation)
    {
        while (_replication.TakeAction() is { } action)
        {
            switch (action)
            {
                case ReplicationAction.Send send:
                    _writer.Write(send.Message);
                    break;
                case ReplicationAction.Describe describe:
                    await DescribeAsync(describe.Session, cancellation).ConfigureAwait(false);
                    break;
                case ReplicationAction.SendEntries transfer:
                    _writer.Write(transfer);
                    break;
                case ReplicationAction.Store store:
                    await _intake.AddAsync(store.Session, store.Entry).ConfigureAwait(false);
                    break;
                case ReplicationAction.Ended ended:
                    End(ended);
                    break;
                case ReplicationAction.Reconnect:
                    LogSilent(Connection.RemotePeer);
                    await Connection.CloseAsync().ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task DescribeAsync(Session session, CancellationToken cancellation)
    {
        try
        {
            await _intake.FlushAsync().ConfigureAwait(false);
            await _parts.Index.RefreshAsync(cancellation).ConfigureAwait(false);
            var heights = await _parts.Index.DescribeAsync(session.Schemas, cancellation).ConfigureAwait(false);
            _replication.Described(session, heights, Now);
        }
        catch (StoreException failure)
        {
            LogStoreAway(Connection.RemotePeer, failure.Message);
            _replication.Fail(session, Now);
        }
    }

    private void End(ReplicationAction.Ended ended)
    {
        if (ended.Reason == SessionEnd.Completed)
        {
            _parts.Counters.CountSession();
        }

        if (ended.Session.Sent + ended.Session.Received > 0 || ended.Reason is not (SessionEnd.Completed or SessionEnd.GaveWay or SessionEnd.Replaced))
        {
            LogEnded(Connection.RemotePeer, ended.Reason, ended.Session.Schemas, ended.Session.Sent, ended.Session.Received);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Session with {Peer} {Reason} ({Schemas}): {Sent} entries sent, {Received} received.")]
    private partial void LogEnded(PeerId peer, SessionEnd reason, SchemaIdSet schemas, int sent, int received);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Peer} does not replicate: {Reason}.")]
    private partial void LogNotSpoken(PeerId peer, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Streams to {Peer} keep breaking ({Reason}); the connection is closed and made anew.")]
    private partial void LogBroken(PeerId peer, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A stream of {Peer} cannot be read on: {Refusal}. The connection stays.")]
    private partial void LogStreamRefused(PeerId peer, MessageRefusal refusal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} does not answer; the connection is closed and made anew.")]
    private partial void LogSilent(PeerId peer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} sent {Count} entries with wrong signatures and is disconnected.")]
    private partial void LogHostile(PeerId peer, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The session with {Peer} was given up, the store is away: {Reason}")]
    private partial void LogStoreAway(PeerId peer, string reason);
}
