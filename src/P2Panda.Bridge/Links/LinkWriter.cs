using System.Buffers;
using System.Threading.Channels;
using P2Panda.Bridge.Index;
using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Logs;
using P2Panda.Libp2p;
using P2Panda.Store;

namespace P2Panda.Bridge.Links;

/// <summary>
/// Our one-way stream of a connection: opened when the connection is made and never closed while it lasts. What is written goes out in
/// order; entries are read from the store as fast as the peer takes them.
/// </summary>
internal sealed class LinkWriter(
    Connection connection, IReplicationIndex index, SendMemory memory, BridgeCounters counters, TimeProvider time, Func<LinkEvent, ValueTask> tell)
{
    private const int PieceLength = 32 * 1024;

    /// <summary>Times in a row a stream may break, or not come about, before the connection is given up.</summary>
    private const int MaxBroken = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    // Bounded by the number of sessions: each asks for a few messages and one transfer.
    private readonly Channel<object> _items = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ArrayBufferWriter<byte> _piece = new(2 * PieceLength);
    private MuxedStream? _stream;
    private (SchemaIdSet Schemas, IReadOnlyDictionary<LogKey, ulong> Heights)? _lastSent;

    public void Write(ReplicationMessage message) => _items.Writer.TryWrite(message);

    public void Write(ReplicationAction.SendEntries transfer) => _items.Writer.TryWrite(transfer);

    /// <summary>Writes until cancelled.</summary>
    /// <exception cref="ProtocolNotSpokenException">The peer does not speak the protocol.</exception>
    /// <exception cref="IOException">The peer's streams keep breaking.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var broken = 0;
        try
        {
            await foreach (var item in _items.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
            {
                while (true)
                {
                    try
                    {
                        _stream ??= await connection.OpenStreamAsync([ReplicationService.ProtocolId], cancellation).ConfigureAwait(false);
                        await WriteAsync(item, cancellation).ConfigureAwait(false);
                        broken = 0;
                        break;
                    }
                    catch (IOException failure) when (
                        failure is not ProtocolNotSpokenException && broken < MaxBroken && !connection.Closed.IsCompleted)
                    {
                        var wasOpen = _stream is not null;
                        _stream?.Reset();
                        _stream = null;
                        _piece.ResetWrittenCount();
                        await Task.Delay(FirstPause * (1 << broken++), time, cancellation).ConfigureAwait(false);
                        if (wasOpen)
                        {
                            // Whatever was on its way may be lost, as with aquadoggo; the sessions on it begin anew.
                            await tell(new LinkEvent(null, (replication, now) => replication.StreamBroken(now))).ConfigureAwait(false);
                            break;
                        }
                    }
                }
            }
        }
        finally
        {
            _stream?.Reset();
        }
    }

    private async Task WriteAsync(object item, CancellationToken cancellation)
    {
        switch (item)
        {
            case ReplicationMessage message:
                _piece.Write(MessageEncoder.Encode(message));
                await FlushAsync(cancellation).ConfigureAwait(false);
                break;
            case ReplicationAction.SendEntries transfer:
                await SendAsync(transfer, cancellation).ConfigureAwait(false);
                break;
        }
    }

    private async Task SendAsync(ReplicationAction.SendEntries transfer, CancellationToken cancellation)
    {
        var (session, remote) = (transfer.Session, transfer.Remote);
        var (count, hasMore) = (0, false);
        var logs = new Dictionary<LogKey, ulong>();
        NoteRefusals(session.Schemas, remote);
        try
        {
            var missing = index.FindMissingAsync(session.Schemas, remote, log => memory.IsWorthwhile(log, remote[log]), cancellation);
            await foreach (var entry in missing.ConfigureAwait(false))
            {
                if (count == transfer.Limit)
                {
                    hasMore = true;
                    break;
                }

                _piece.Write(MessageEncoder.Encode(new EntryMessage(session.Id, entry.EntryBytes, entry.PayloadBytes!.Value)));
                logs[entry.Log] = remote[entry.Log];
                count++;
                if (_piece.WrittenCount >= PieceLength)
                {
                    await FlushAsync(cancellation).ConfigureAwait(false);
                    await tell(new LinkEvent(null, (_, now) => PeerReplication.Sending(session, now))).ConfigureAwait(false);
                }
            }

            await FlushAsync(cancellation).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            await FlushAsync(cancellation).ConfigureAwait(false);
            await tell(new LinkEvent(null, (replication, now) => replication.Fail(session, now))).ConfigureAwait(false);
            return;
        }

        _lastSent = (session.Schemas, logs);
        counters.CountSent(count);
        await tell(new LinkEvent(null, (replication, now) => replication.EntriesSent(session, count, hasMore, now))).ConfigureAwait(false);
    }

    /// <summary>
    /// What the peer got on this connection and still lacks, it refuses. What it lacks because the connection ended is not held against it.
    /// </summary>
    private void NoteRefusals(SchemaIdSet schemas, LogHeights remote)
    {
        if (_lastSent is not { } last || !last.Schemas.All(schemas.Contains))
        {
            return;
        }

        foreach (var (log, height) in last.Heights)
        {
            if (remote[log] == height)
            {
                memory.Refused(log, height);
            }
        }

        _lastSent = null;
    }

    private async Task FlushAsync(CancellationToken cancellation)
    {
        if (_piece.WrittenCount > 0)
        {
            await _stream!.WriteAsync(_piece.WrittenMemory, cancellation).ConfigureAwait(false);
            counters.CountBytesSent(_piece.WrittenCount);
            _piece.ResetWrittenCount();
        }
    }
}
