using P2Panda.Libp2p.Diagnostics;

namespace P2Panda.Libp2p.Protocols.Identify;

/// <summary>
/// Tells every new connection's peer who we are and asks the same (libp2p specs, identify); pushes changes, at most one per
/// second. A peer that does not speak it costs nothing but the attempt.
/// </summary>
internal sealed class IdentifyService : IDisposable
{
    public const string ProtocolId = "/ipfs/id/1.0.0";
    public const string PushProtocolId = "/ipfs/id/push/1.0.0";

    /// <summary>What older rust peers read at most, bytes.</summary>
    public const int MaxWritten = 4096;

    /// <summary>Longest message that is read, bytes.</summary>
    public const int MaxRead = 8192;

    /// <summary>Most messages of one stream.</summary>
    public const int MaxMessages = 10;

    /// <summary>How long addresses of a peer are kept after it told them.</summary>
    private static readonly TimeSpan AddressLifetime = TimeSpan.FromHours(1);

    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(1);

    private readonly Libp2pHost _host;
    private readonly ITimer _timer;
    private int _pushDue;
    private byte[] _record = [];
    private IReadOnlyList<Multiaddr> _recordOf = [];

    public IdentifyService(Libp2pHost host)
    {
        _host = host;
        _timer = host.Time.CreateTimer(_ => _ = PushAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var policy = new StreamPolicy { MaxPerPeer = 10, MaxTotal = 256, Deadline = host.Options.IdentifyTimeout, RunOnLimited = true };
        host.Handle(ProtocolId, (stream, connection, cancellation) => WriteAsync(stream, connection, cancellation), policy);
        host.Handle(PushProtocolId, ReadPushAsync, policy);
    }

    /// <summary>Listening or confirmed addresses, or protocols changed.</summary>
    public void Changed()
    {
        if (Interlocked.Exchange(ref _pushDue, 1) == 0)
        {
            _timer.Change(Debounce, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Asks a new connection's peer.</summary>
    public async Task AskAsync(Connection connection)
    {
        try
        {
            using var deadline = new CancellationTokenSource(_host.Options.IdentifyTimeout, _host.Time);
            await using var stream = await connection.OpenStreamAsync([ProtocolId], deadline.Token).ConfigureAwait(false);
            await stream.CompleteWritesAsync(deadline.Token).ConfigureAwait(false);
            if (await ReadAsync(stream, deadline.Token).ConfigureAwait(false) is { } message)
            {
                Accept(connection, message, message);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Log.IdentifyFailed(_host.Logger, connection.RemotePeer, e.Message);
        }
        finally
        {
            connection.IdentifySource.TrySetResult();
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Our message for one connection, in at most two parts: rust reads one of 4 KiB, so the record goes apart when it does not fit.</summary>
    internal IReadOnlyList<byte[]> MessagesFor(Connection connection)
    {
        var message = new IdentifyMessage
        {
            PublicKey = _host.Identity.PublicKey,
            ListenAddresses = _host.Addresses.Advertised,
            Protocols = _host.Protocols,
            ObservedAddress = connection.RemoteAddress,
            ProtocolVersion = _host.Options.ProtocolVersion,
            AgentVersion = _host.Options.AgentVersion,
        };
        while (message.Encode().Length > MaxWritten && message.ListenAddresses.Count > 0)
        {
            message = message with { ListenAddresses = [.. message.ListenAddresses.Take(message.ListenAddresses.Count - 1)] };
        }

        var record = SignedRecord(message.ListenAddresses);
        var whole = (message with { SignedPeerRecord = record }).Encode();
        return whole.Length <= MaxWritten ? [whole] : [message.Encode(), new IdentifyMessage { SignedPeerRecord = record }.Encode()];
    }

    private static async ValueTask<IdentifyMessage?> ReadAsync(MuxedStream stream, CancellationToken cancellation)
    {
        IdentifyMessage? whole = null;
        for (var i = 0; i < MaxMessages; i++)
        {
            var frame = await stream.ReadMessageAsync(MaxRead, cancellation).ConfigureAwait(false);
            if (frame.Result != FrameResult.Ok)
            {
                return frame.Result == FrameResult.Ended ? whole : null;
            }

            if (IdentifyMessage.TryDecode(frame.Body.Span) is not { } part)
            {
                return null;
            }

            whole = whole is null ? part : whole.Merge(part);
        }

        return whole;
    }

    private ReadOnlyMemory<byte> SignedRecord(IReadOnlyList<Multiaddr> addresses)
    {
        lock (_timer)
        {
            if (_record.Length == 0 || !_recordOf.SequenceEqual(addresses))
            {
                _recordOf = addresses;
                _record = PeerRecord.Seal(_host.Identity, (ulong)_host.Time.GetUtcNow().ToUnixTimeMilliseconds(), addresses, PeerRecordForm.Standard).Encode();
            }

            return _record;
        }
    }

    private async Task WriteAsync(MuxedStream stream, Connection connection, CancellationToken cancellation)
    {
        foreach (var message in MessagesFor(connection))
        {
            await stream.WriteMessageAsync(message, cancellation).ConfigureAwait(false);
        }

        await stream.CompleteWritesAsync(cancellation).ConfigureAwait(false);
    }

    private async Task ReadPushAsync(MuxedStream stream, Connection connection, CancellationToken cancellation)
    {
        if (await ReadAsync(stream, cancellation).ConfigureAwait(false) is { } push)
        {
            Accept(connection, connection.Identified is { } known ? known.Update(push) : push, push);
        }
    }

    /// <summary>Believes a peer about itself only: a foreign key discards the message, foreign addresses and records are left out.</summary>
    private void Accept(Connection connection, IdentifyMessage message, IdentifyMessage news)
    {
        var peer = connection.RemotePeer;
        if (news.PublicKey is { } key && key.PeerId != peer)
        {
            Log.Misbehaviour(_host.Logger, peer, connection.RemoteAddress, "identify carries the key of somebody else");
            return;
        }

        var addresses = message.ListenAddresses.Where(address => address.Peer is null || address.Peer == peer).ToList();
        message = message with { ListenAddresses = addresses };
        connection.Identified = message;
        _host.AddressBook.Add(peer, addresses, AddressLifetime);
        if (!news.SignedPeerRecord.IsEmpty)
        {
            if (PeerRecord.TryOpen(news.SignedPeerRecord.Span, out var record) == PeerRecordResult.Ok && record!.Peer == peer)
            {
                _host.AddressBook.Add(record, AddressLifetime);
            }
            else
            {
                Log.Misbehaviour(_host.Logger, peer, connection.RemoteAddress, "identify carries a record that is not the peer's own");
            }
        }

        if (news.ObservedAddress is { } observed && !connection.RemoteAddress.IsRelayed)
        {
            _host.Addresses.Observe(observed, connection.LocalAddress, connection.RemoteAddress, connection.Direction == ConnectionDirection.Outbound);
        }

        _host.RaiseIdentified(connection, message);
    }

    private async Task PushAsync()
    {
        Volatile.Write(ref _pushDue, 0);
        foreach (var connection in _host.Connections)
        {
            if (connection.Identified is not { } known || !known.Protocols.Contains(PushProtocolId))
            {
                continue;
            }

            try
            {
                using var deadline = new CancellationTokenSource(_host.Options.IdentifyTimeout, _host.Time);
                await using var stream = await connection.OpenStreamAsync([PushProtocolId], deadline.Token).ConfigureAwait(false);
                await WriteAsync(stream, connection, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                Log.IdentifyFailed(_host.Logger, connection.RemotePeer, e.Message);
            }
        }
    }
}
