using System.Runtime.InteropServices;
using System.Threading.Channels;
using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;
using P2Panda.Libp2p.Security.Tls;

namespace P2Panda.Libp2p.Quic;

/// <summary>One QUIC connection. Its state changes under its engine's gate only, mostly in calls back from the shim.</summary>
internal sealed class QuicConnection : IMuxedConnection
{
    private const int LocalMax = 16;

    /// <summary>Time a peer has to finish a stream that nobody reads any more, before it is told to stop.</summary>
    private static readonly ulong EndPatience = QuicClock.Nanoseconds(TimeSpan.FromSeconds(2));

    private readonly QuicEngine _engine;
    private readonly PeerId? _expected;
    private readonly IPendingInbound? _pending;
    private readonly Dictionary<long, QuicStream> _streams = [];
    private readonly List<QuicStream> _unfinishedWrites = [];
    private readonly Dictionary<QuicStream, ulong> _ending = [];
    private readonly Queue<TaskCompletionSource> _openers = [];
    private readonly Channel<QuicStream> _inbound = Channel.CreateUnbounded<QuicStream>(new() { SingleWriter = true });
    private readonly TaskCompletionSource _established = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _local = new byte[LocalMax];
    private int _localLength;
    private GCHandle _handle;
    private PeerId? _remotePeer;

    public QuicConnection(QuicEngine engine, HandshakeRole role, in NativeAddress remote, PeerId? expected, IPendingInbound? pending)
    {
        _engine = engine;
        Role = role;
        RemoteNative = remote;
        Prefix = remote.Prefix;
        _expected = expected;
        _pending = pending;
        _handle = GCHandle.Alloc(this);
        User = GCHandle.ToIntPtr(_handle);
    }

    /// <inheritdoc/>
    public PeerId RemotePeer => _remotePeer ?? throw new InvalidOperationException("The handshake is not finished.");

    /// <inheritdoc/>
    public Multiaddr LocalAddress => QuicAddress.From(_engine.LocalAddress, LocalBytes);

    /// <inheritdoc/>
    public Multiaddr RemoteAddress => QuicAddress.From(RemoteNative);

    /// <inheritdoc/>
    public string Transport => QuicTransport.TransportName;

    /// <inheritdoc/>
    public string Security => "/tls/1.0.0";

    /// <inheritdoc/>
    public string Muxer => "quic";

    /// <inheritdoc/>
    public Task<string> Closed => _closed.Task;

    /// <inheritdoc/>
    public TimeSpan? RoundTripTime
    {
        get
        {
            lock (_engine.Gate)
            {
                return Native == 0 ? null : TimeSpan.FromTicks((long)(State.SmoothedRtt / 100));
            }
        }
    }

    /// <summary>Completes when both sides have proved themselves; fails when it comes to nothing.</summary>
    internal Task Established => _established.Task;

    internal QuicEngine Engine => _engine;

    internal HandshakeRole Role { get; }

    internal NativeAddress RemoteNative { get; }

    internal ulong Prefix { get; }

    internal nint Native { get; set; }

    internal nint User { get; }

    internal bool IsDirty { get; set; }

    internal bool IsEstablished { get; private set; }

    internal ulong Deadline { get; set; }

    /// <summary>When <see cref="StopOverdue"/> has something to do.</summary>
    internal ulong EndsDue { get; private set; } = QuicClock.Never;

    internal int HeapIndex { get; set; } = -1;

    internal HashSet<ConnectionId> Ids { get; } = [];

    internal int StreamCount => _streams.Count;

    /// <summary>An exception from one of our own callbacks; the connection is closed for it.</summary>
    internal Exception? Fault { get; private set; }

    internal string? CertificateProblem { get; private set; }

    /// <summary>Who awaits this very connection instead of the sink.</summary>
    internal TaskCompletionSource<QuicConnection>? Awaiter { get; set; }

    internal ReadOnlySpan<byte> LocalBytes => _local.AsSpan(0, _localLength);

    /// <summary>With the gate held, on a living connection.</summary>
    internal unsafe NativeConnectionState State
    {
        get
        {
            NativeConnectionState state;
            PandaQuic.GetState(Native, &state);
            return state;
        }
    }

    /// <summary>Name of the cipher in use.</summary>
    internal unsafe string? Cipher
    {
        get
        {
            lock (_engine.Gate)
            {
                return Native == 0 ? null : Marshal.PtrToStringUTF8((nint)PandaQuic.Cipher(Native));
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<MuxedStream> OpenStreamAsync(CancellationToken cancellation)
    {
        for (; ; )
        {
            cancellation.ThrowIfCancellationRequested();
            TaskCompletionSource opener;
            lock (_engine.Gate)
            {
                if (Native == 0)
                {
                    throw new IOException($"QUIC: the connection is closed: {_closed.Task.Result}.");
                }

                var id = PandaQuic.StreamOpen(Native);
                if (id >= 0)
                {
                    return AddStream(id);
                }

                if (id != (long)NativeStatus.Blocked)
                {
                    throw new IOException("QUIC: no memory for another stream.");
                }

                _openers.Enqueue(opener = new(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            await opener.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<MuxedStream?> AcceptStreamAsync(CancellationToken cancellation) =>
        await _inbound.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false) && _inbound.Reader.TryRead(out var stream) ? stream : null;

    /// <inheritdoc/>
    public ValueTask CloseAsync(ConnectionCloseReason reason)
    {
        lock (_engine.Gate)
        {
            _engine.Close(this, QuicCloseCode.Of(reason), $"closed here ({reason})");
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync(ConnectionCloseReason.Normal);

    // ---- with the gate held, from the engine ----

    internal void SetLocal(ReadOnlySpan<byte> local)
    {
        _localLength = Math.Min(local.Length, LocalMax);
        local[.._localLength].CopyTo(_local);
    }

    /// <summary>Lets go of the handle the shim knew this connection by.</summary>
    internal void Release()
    {
        if (_handle.IsAllocated)
        {
            _handle.Free();
        }
    }

    /// <summary>Goes on with writes that were cut short.</summary>
    internal void ContinueWrites()
    {
        foreach (var stream in _unfinishedWrites)
        {
            stream.ContinueWrite();
        }

        _unfinishedWrites.Clear();
    }

    /// <summary>Gives the peer time to finish a stream.</summary>
    internal void AwaitEnd(QuicStream stream) => StopAt(stream, _engine.Clock.Now + EndPatience);

    /// <summary>Stops a stream at the next flush: the shim is in the middle of reading a datagram.</summary>
    internal void StopSoon(QuicStream stream) => StopAt(stream, 0);

    /// <summary>Stops the streams whose peers had time enough to finish.</summary>
    internal void StopOverdue(ulong now)
    {
        if (EndsDue > now)
        {
            return;
        }

        EndsDue = QuicClock.Never;
        foreach (var (stream, until) in _ending)
        {
            if (until <= now)
            {
                _ending.Remove(stream);
                stream.StopReading();
            }
            else
            {
                EndsDue = Math.Min(EndsDue, until);
            }
        }
    }

    internal void OnClosed(string reason)
    {
        _closed.TrySetResult(reason);
        if (_established.TrySetException(new IOException($"QUIC: {reason}.")))
        {
            _ = _established.Task.Exception;   // observed: an inbound handshake has nobody who awaits it
        }

        Awaiter?.TrySetException(new IOException($"QUIC: {reason}."));
        _inbound.Writer.TryComplete();
        foreach (var stream in _streams.Values.ToArray())
        {
            stream.OnConnectionClosed(reason);
        }

        _streams.Clear();
        _ending.Clear();
        _unfinishedWrites.Clear();
        while (_openers.TryDequeue(out var opener))
        {
            opener.TrySetResult();
        }

        if (_pending is not null && !IsEstablished)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static state =>
                {
                    state.Pending.Fail(state.Reason);
                    state.Pending.Dispose();
                },
                (Pending: _pending, Reason: reason),
                preferLocal: false);
        }
    }

    // ---- from the shim, through NativeEvents ----

    internal bool OnCertificate(ReadOnlySpan<byte> der)
    {
        var verdict = PeerCertificate.Verify(der.ToArray(), _engine.Clock.UtcNow, _expected);
        if (verdict.IsAccepted)
        {
            _remotePeer = verdict.Key!.PeerId;
            return true;
        }

        CertificateProblem = verdict.Result == CertificateResult.WrongPeer
            ? $"somebody else than {_expected} answers"
            : $"the peer's certificate is refused: {verdict.Result}";
        return false;
    }

    internal void OnEstablished()
    {
        _engine.OnEstablished(this);
        IsEstablished = true;
        _established.TrySetResult();
        if (Awaiter is { } awaiter)
        {
            awaiter.TrySetResult(this);
        }
        else if (_pending is { } pending)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static state =>
                {
                    state.Pending.Complete(state.Connection);
                    state.Pending.Dispose();
                },
                (Pending: pending, Connection: this),
                preferLocal: false);
        }
    }

    internal void OnStreamOpened(long id) => _inbound.Writer.TryWrite(AddStream(id));

    internal void OnStreamData(long id, ReadOnlySpan<byte> data, bool fin)
    {
        if (_streams.TryGetValue(id, out var stream))
        {
            stream.OnData(data, fin);
        }
    }

    internal void OnStreamReset(long id, ulong code) => _streams.GetValueOrDefault(id)?.OnReset(code);

    internal void OnStreamStopped(long id) => _streams.GetValueOrDefault(id)?.OnStopped();

    /// <summary>Noted here, done in <see cref="ContinueWrites"/>: the shim is in the middle of reading a datagram.</summary>
    internal void OnStreamWritable(long id)
    {
        if (_streams.TryGetValue(id, out var stream))
        {
            _unfinishedWrites.Add(stream);
            _engine.MarkDirty(this);
        }
    }

    internal void OnStreamClosed(long id)
    {
        if (_streams.Remove(id, out var stream))
        {
            _ending.Remove(stream);
            stream.OnFinished();
        }
    }

    internal void OnStreamsAvailable()
    {
        while (_openers.TryDequeue(out var opener))
        {
            opener.TrySetResult();
        }
    }

    internal void OnCidAdded(in ConnectionId id)
    {
        if (Ids.Add(id))
        {
            _engine.AddRoute(id, this);
        }
    }

    internal void OnCidRemoved(in ConnectionId id)
    {
        if (Ids.Remove(id))
        {
            _engine.RemoveRoute(id);
        }
    }

    internal void OnFault(Exception exception)
    {
        Fault ??= exception;
        _engine.MarkDirty(this);
    }

    private void StopAt(QuicStream stream, ulong until)
    {
        _ending[stream] = until;
        EndsDue = Math.Min(EndsDue, until);
    }

    private QuicStream AddStream(long id) => _streams[id] = new QuicStream(this, id);
}
