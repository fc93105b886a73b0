using P2Panda.Libp2p.Negotiation;
using P2Panda.Libp2p.Swarm;

namespace P2Panda.Libp2p;

/// <summary>A connection with a peer, known to a host.</summary>
public sealed class Connection
{
    private readonly IMuxedConnection _muxed;
    private readonly Libp2pHost _host;
    private int _streams;
    private int _keepAlive;
    private int _negotiating;
    private long _quietSince;

    internal Connection(Libp2pHost host, IMuxedConnection muxed, ConnectionDirection direction, ConnectionLease lease, long id)
    {
        _host = host;
        _muxed = muxed;
        Direction = direction;
        Lease = lease;
        Id = id;
        Opened = host.Time.GetUtcNow();
        _quietSince = host.Time.GetTimestamp();
    }

    /// <summary>Number within the process, for logs.</summary>
    public long Id { get; }

    /// <summary>Who is at the other end.</summary>
    public PeerId RemotePeer => _muxed.RemotePeer;

    /// <summary>The peer's address.</summary>
    public Multiaddr RemoteAddress => _muxed.RemoteAddress;

    /// <summary>Our address.</summary>
    public Multiaddr LocalAddress => _muxed.LocalAddress;

    /// <summary>Who began.</summary>
    public ConnectionDirection Direction { get; }

    /// <summary>When it was finished.</summary>
    public DateTimeOffset Opened { get; }

    /// <summary>Transport, e.g. <c>tcp</c>.</summary>
    public string Transport => _muxed.Transport;

    /// <summary>What protects it.</summary>
    public string Security => _muxed.Security;

    /// <summary>What multiplexes it.</summary>
    public string Muxer => _muxed.Muxer;

    /// <summary>Last measured round trip.</summary>
    public TimeSpan? RoundTripTime => _muxed.RoundTripTime;

    /// <summary>Completes with the reason when the connection is closed.</summary>
    public Task<string> Closed => _muxed.Closed;

    /// <summary>What identify told, once it did.</summary>
    public IdentifyMessage? Identified { get; internal set; }

    /// <summary>Completes when identify was exchanged, or failed: nothing may wait for it without a bound.</summary>
    public Task IdentifyDone => IdentifySource.Task;

    /// <summary>Open streams, both directions.</summary>
    public int StreamCount => Volatile.Read(ref _streams);

    /// <summary>Whether the connection leads through a relay.</summary>
    public bool IsRelayed => _muxed.RemoteAddress.IsRelayed;

    /// <summary>What that relay allows; null without a limit.</summary>
    public CircuitLimit? Limit => _muxed.Limit;

    /// <summary>Whether the connection leads through a relay that limits time or bytes.</summary>
    public bool IsLimited => Limit is not null;

    internal ConnectionLease Lease { get; }

    internal IMuxedConnection Muxed => _muxed;

    internal TaskCompletionSource IdentifySource { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens a stream and agrees on one of the protocols, in order of preference.</summary>
    /// <exception cref="ProtocolNotSpokenException">The peer speaks none of them.</exception>
    /// <exception cref="IOException">The connection is closed, or the peer does not answer.</exception>
    public async ValueTask<MuxedStream> OpenStreamAsync(IReadOnlyList<string> protocols, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(protocols);
        using var deadline = new CancellationTokenSource(_host.Options.NegotiationTimeout, _host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        BeginStream();
        MuxedStream? stream = null;
        try
        {
            stream = await _muxed.OpenStreamAsync(either.Token).ConfigureAwait(false);
            var io = new MuxedStreamIO(stream);
            var outcome = await Multistream.DialAsync(io, protocols, either.Token).ConfigureAwait(false);
            if (!outcome.IsAgreed)
            {
                var problem = $"{RemotePeer} did not agree on {string.Join(", ", protocols)}: {outcome.Result}.";
                throw outcome.Result == NegotiationResult.NoneInCommon ? new ProtocolNotSpokenException(problem) : new IOException(problem);
            }

            io.Release();
            stream.Protocol = outcome.Protocol;
            _host.Metrics.StreamOpened(outcome.Protocol, ConnectionDirection.Outbound);
            Track(stream);
            return stream;
        }
        catch (Exception e)
        {
            stream?.Reset();
            EndStream();
            if (e is OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                throw new IOException($"{RemotePeer} did not answer on a new stream within {_host.Options.NegotiationTimeout.TotalSeconds:0.#} s.", e);
            }

            throw;
        }
    }

    /// <summary>Keeps the connection open while it has no streams, until disposed.</summary>
    public IDisposable KeepAlive()
    {
        Interlocked.Increment(ref _keepAlive);
        return new KeepAliveLease(this);
    }

    /// <summary>Closes the connection.</summary>
    public ValueTask CloseAsync(ConnectionCloseReason reason = ConnectionCloseReason.Normal) => _muxed.CloseAsync(reason);

    /// <inheritdoc/>
    public override string ToString() => $"{RemotePeer.Short} {(Direction == ConnectionDirection.Inbound ? "from" : "at")} {RemoteAddress}";

    internal bool TryBeginNegotiation(int limit)
    {
        if (Interlocked.Increment(ref _negotiating) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _negotiating);
        return false;
    }

    internal void EndNegotiation() => Interlocked.Decrement(ref _negotiating);

    internal void BeginStream() => Interlocked.Increment(ref _streams);

    internal void EndStream()
    {
        if (Interlocked.Decrement(ref _streams) == 0)
        {
            Volatile.Write(ref _quietSince, _host.Time.GetTimestamp());
        }
    }

    /// <summary>Whether nothing has happened for so long that the connection may go.</summary>
    internal bool IsIdle(TimeSpan timeout) =>
        Volatile.Read(ref _streams) == 0 && Volatile.Read(ref _keepAlive) == 0
        && _host.Time.GetElapsedTime(Volatile.Read(ref _quietSince)) >= timeout;

    /// <summary>Counts an application's stream until it is finished with it.</summary>
    private void Track(MuxedStream stream) => stream.OnFinished(EndStream);

    private sealed class KeepAliveLease(Connection connection) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Volatile.Write(ref connection._quietSince, connection._host.Time.GetTimestamp());
                Interlocked.Decrement(ref connection._keepAlive);
            }
        }
    }
}
