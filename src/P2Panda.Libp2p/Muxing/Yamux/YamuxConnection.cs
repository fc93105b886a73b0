using P2Panda.Libp2p.Security;

namespace P2Panda.Libp2p.Muxing.Yamux;

/// <summary>
/// Moves bytes between a secure channel and a yamux session. One loop reads; whoever has something to send runs the pump unless
/// somebody already does. An application thread pumps its own data inline, the reader loop never does.
/// </summary>
internal sealed class YamuxConnection : IMuxedConnection
{
    public const string ProtocolId = "/yamux/1.0.0";

    /// <summary>How long closing waits for the last frames to leave.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Batches after which an application's thread hands the pump to the pool.</summary>
    private const int InlineBatches = 8;

    private const int Idle = 0, Running = 1, Dirty = 2;

    private readonly SecureChannel _channel;
    private readonly YamuxSession _session;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WakeUp _acceptSignal = new();
    private readonly WakeUp _openSignal = new();
    private readonly Lock _idleGate = new();
    private TaskCompletionSource? _idleWaiter;
    private int _pump;
    private int _terminated;

    public YamuxConnection(ConnectionFacts facts, SecureChannel channel, HandshakeRole role, YamuxOptions options, TimeProvider time)
    {
        Facts = facts;
        _channel = channel;
        _time = time;
        _session = new YamuxSession(role == HandshakeRole.Dialer, options, time)
        {
            OutputReady = Kick,
            AcceptReady = _acceptSignal.Set,
            OpenReady = _openSignal.Set,
        };
        _timer = time.CreateTimer(static state => ((YamuxConnection)state!).OnTick(), this, options.KeepAliveTimeout, options.KeepAliveTimeout);
    }

    public ConnectionFacts Facts { get; }

    public PeerId RemotePeer => Facts.RemoteKey.PeerId;

    public Multiaddr LocalAddress => Facts.LocalAddress;

    public Multiaddr RemoteAddress => Facts.RemoteAddress;

    public string Transport => Facts.Transport;

    public CircuitLimit? Limit => Facts.Limit;

    public string Security => Facts.Security;

    public string Muxer => ProtocolId;

    public TimeSpan? RoundTripTime => _session.RoundTripTime;

    public Task<string> Closed => _closed.Task;

    internal YamuxSession Session => _session;

    /// <summary>Starts to read. <paramref name="leftOver"/> is plaintext that came behind the muxer's negotiation.</summary>
    public void Start(ReadOnlyMemory<byte> leftOver)
    {
        _session.QueuePing();
        _ = ReadLoopAsync(leftOver);
    }

    public async ValueTask<MuxedStream> OpenStreamAsync(CancellationToken cancellation)
    {
        var waited = false;
        try
        {
            while (true)
            {
                var stream = _session.TryOpen();
                if (stream is not null)
                {
                    return stream;
                }

                waited = true;
                await _openSignal.WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            if (waited)
            {
                // One signal may stand for several free slots, or for the end: the next in line looks for itself.
                _openSignal.Set();
            }
        }
    }

    public async ValueTask<MuxedStream?> AcceptStreamAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_session.TryAccept(out var stream))
            {
                return stream;
            }

            if (_closed.Task.IsCompleted)
            {
                _acceptSignal.Set();
                return null;
            }

            await _acceptSignal.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask CloseAsync(ConnectionCloseReason reason)
    {
        if (Volatile.Read(ref _terminated) == 0)
        {
            _session.QueueGoAway(reason switch
            {
                ConnectionCloseReason.ProtocolViolation => 1u,
                ConnectionCloseReason.InternalError => 2u,
                _ => 0u,
            });
            await WaitForIdleAsync().ConfigureAwait(false);
        }

        await TerminateAsync($"closed by us ({reason})").ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => CloseAsync(ConnectionCloseReason.Normal);

    private async Task ReadLoopAsync(ReadOnlyMemory<byte> plaintext)
    {
        string reason;
        try
        {
            while (true)
            {
                var violation = _session.Receive(plaintext.Span);
                if (violation != YamuxViolation.None)
                {
                    await ViolateAsync(violation).ConfigureAwait(false);
                    return;
                }

                plaintext = await _channel.ReceiveAsync(_stop.Token).ConfigureAwait(false);
                if (plaintext.IsEmpty)
                {
                    reason = "closed by the peer";
                    break;
                }
            }
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            reason = e.Message;
        }

        await TerminateAsync(reason).ConfigureAwait(false);
    }

    private async Task ViolateAsync(YamuxViolation violation)
    {
        _session.QueueGoAway(1);
        await WaitForIdleAsync().ConfigureAwait(false);
        await TerminateAsync($"yamux violation by the peer: {violation}").ConfigureAwait(false);
    }

    private void Kick(bool inline)
    {
        if (Interlocked.Exchange(ref _pump, Dirty) != Idle || Volatile.Read(ref _terminated) != 0)
        {
            return;
        }

        if (inline)
        {
            _ = PumpAsync();
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.PumpAsync(), this, preferLocal: false);
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            var batches = 0;
            do
            {
                Volatile.Write(ref _pump, Running);
                while (FillBatch())
                {
                    await _channel.FlushAsync(_stop.Token).ConfigureAwait(false);
                    if (++batches % InlineBatches == 0)
                    {
                        await Task.Yield();
                    }
                }
            }
            while (Interlocked.CompareExchange(ref _pump, Idle, Running) != Running);
            lock (_idleGate)
            {
                _idleWaiter?.TrySetResult();
            }
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            await TerminateAsync(e.Message).ConfigureAwait(false);
        }
    }

    private bool FillBatch()
    {
        var any = false;
        while (true)
        {
            // Room for a header and a piece worth sending.
            var room = _channel.GetSpan(YamuxFrame.HeaderLength + 500);
            var written = room.IsEmpty ? 0 : _session.WriteFrame(room);
            if (written == 0)
            {
                _channel.ReleaseEmptyBatch();
                return any;
            }

            _channel.Advance(written);
            any = true;
        }
    }

    private async Task WaitForIdleAsync()
    {
        TaskCompletionSource waiter;
        lock (_idleGate)
        {
            waiter = _idleWaiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Kick(inline: false);
        try
        {
            await waiter.Task.WaitAsync(CloseTimeout, _time, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // A peer that does not read is not waited for.
        }
    }

    private void OnTick()
    {
        var violation = _session.Tick();
        if (violation != YamuxViolation.None)
        {
            _ = TerminateAsync($"yamux: {violation}");
        }
    }

    private async Task TerminateAsync(string reason)
    {
        if (Interlocked.Exchange(ref _terminated, 1) != 0)
        {
            return;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await _channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            // Closing a broken transport says again that it is broken.
        }

        _closed.TrySetResult(reason);
        _session.Close(reason);
    }

    private static bool IsTransportFailure(Exception e) =>
        e is IOException or OperationCanceledException or ObjectDisposedException or System.Net.Sockets.SocketException or InvalidOperationException;
}
