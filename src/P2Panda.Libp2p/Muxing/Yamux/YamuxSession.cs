using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Libp2p.Muxing.Yamux;

/// <summary>
/// The yamux protocol (hashicorp/yamux, spec.md) without I/O: plaintext in, frames out, streams between. Receiving never
/// waits for anybody: it delivers to streams within the credit they granted and at most queues small control frames, each kind
/// with a bound. Everything is validated before state is created. Thread-safe.
/// </summary>
internal sealed partial class YamuxSession
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, YamuxStream> _streams = [];
    private readonly Queue<YamuxStream> _accepted = new();
    private readonly YamuxOptions _options;
    private readonly TimeProvider _time;
    private readonly bool _dialer;
    private uint _nextId;
    private uint _lastRemoteId;
    private int _inboundOpen;
    private int _unacknowledged;
    private long _extraWindow;
    private bool _remoteGoAway;
    private string? _closed;

    public YamuxSession(bool dialer, YamuxOptions options, TimeProvider time)
    {
        _dialer = dialer;
        _options = options;
        _time = time;
        _nextId = dialer ? 1u : 2u;
        _lastReceived = time.GetTimestamp();
    }

    /// <summary>There is something to send that was not there before. Called outside the lock, from any thread.</summary>
    public Action<bool>? OutputReady { get; set; }

    /// <summary>A stream waits in <see cref="TryAccept"/>, or the session closed.</summary>
    public Action? AcceptReady { get; set; }

    /// <summary>An outbound slot became free, or the session closed.</summary>
    public Action? OpenReady { get; set; }

    public int OpenStreams
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Frames for streams that were closed before; peers may have some on the way.</summary>
    public long LateFrames { get; private set; }

    /// <summary>Streams refused for lack of room.</summary>
    public long RefusedStreams { get; private set; }

    /// <summary>Opens a stream; null when the peer must first acknowledge earlier ones.</summary>
    /// <exception cref="IOException">The session takes no more streams.</exception>
    public YamuxStream? TryOpen()
    {
        lock (_gate)
        {
            if (_closed is not null || _remoteGoAway || _goAwayQueued || _nextId > uint.MaxValue - 2)
            {
                throw new IOException(_closed ?? (_remoteGoAway ? "The peer takes no more streams." : "The connection is closing."));
            }

            if (_unacknowledged >= _options.MaxUnacknowledged)
            {
                return null;
            }

            _unacknowledged++;
            var stream = new YamuxStream(this, _nextId, inbound: false) { LastUpdate = _time.GetTimestamp() };
            _nextId += 2;
            _streams.Add(stream.Id, stream);
            return stream;
        }
    }

    /// <summary>The next stream the peer opened.</summary>
    public bool TryAccept([NotNullWhen(true)] out YamuxStream? stream)
    {
        lock (_gate)
        {
            return _accepted.TryDequeue(out stream);
        }
    }

    /// <summary>Ends everything; the first reason stays.</summary>
    public void Close(string reason)
    {
        YamuxStream[] streams;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return;
            }

            _closed = reason;
            streams = [.. _streams.Values];
            _streams.Clear();
            _accepted.Clear();
            _control.Clear();
            _data.Clear();
            foreach (var stream in streams)
            {
                stream.Removed = true;
            }
        }

        foreach (var stream in streams)
        {
            stream.Terminate(new StreamResetException($"The connection closed: {reason}"));
        }

        AcceptReady?.Invoke();
        OpenReady?.Invoke();
    }

    /// <summary>The application resets a stream.</summary>
    public void Reset(YamuxStream stream)
    {
        var queued = false;
        lock (_gate)
        {
            if (!stream.Removed)
            {
                // A stream the peer never heard of needs no reset.
                queued = !stream.NeedsSyn;
                stream.NeedsReset = queued;
                if (queued)
                {
                    QueueControl(stream);
                }

                Remove(stream);
            }
        }

        stream.Terminate(new StreamResetException());
        if (queued)
        {
            OutputReady?.Invoke(true);
        }
    }

    /// <summary>The application consumed bytes: grants them anew once half the window is used, and widens it for a fast reader.</summary>
    public void Consume(YamuxStream stream, long count)
    {
        if (stream.AddConsumed(count) < stream.MaxWindow / 2)
        {
            return;
        }

        lock (_gate)
        {
            if (stream.Removed || stream.FinReceived)
            {
                return;
            }

            var credit = stream.TakeConsumed();
            credit += Tune(stream);
            stream.ReceiveWindow += (uint)credit;
            stream.PendingUpdate += (uint)credit;
            QueueControl(stream);
        }

        OutputReady?.Invoke(true);
    }

    /// <summary>The application reads no more. What still comes is dropped; if it has stopped writing as well, the peer is told.</summary>
    public void Abandon(YamuxStream stream)
    {
        lock (_gate)
        {
            stream.AbandonedAt = Math.Max(1, _time.GetTimestamp());
        }
    }

    /// <summary>Takes a stream out of the table. Caller holds the lock.</summary>
    private void Remove(YamuxStream stream)
    {
        if (stream.Removed)
        {
            return;
        }

        stream.Removed = true;
        _streams.Remove(stream.Id);
        _extraWindow -= stream.MaxWindow - YamuxOptions.InitialWindow;
        if (stream.IsInbound)
        {
            _inboundOpen--;
        }
        else
        {
            Acknowledge(stream);
        }
    }

    private void Acknowledge(YamuxStream stream)
    {
        if (stream.AwaitsAck)
        {
            stream.AwaitsAck = false;
            if (_unacknowledged-- == _options.MaxUnacknowledged)
            {
                _openBecameReady = true;
            }
        }
    }

    /// <summary>Doubles the window of a stream whose half was used up within about two round trips (as rust-yamux does).</summary>
    private int Tune(YamuxStream stream)
    {
        var now = _time.GetTimestamp();
        var elapsed = _time.GetElapsedTime(stream.LastUpdate, now);
        stream.LastUpdate = now;
        // On a fast local path scheduling takes longer than the round trip.
        var floor = TimeSpan.FromMilliseconds(5);
        var limit = RoundTripTime is { } rtt && 2 * rtt > floor ? 2 * rtt : floor;
        if (elapsed > limit || stream.MaxWindow >= _options.MaxStreamWindow)
        {
            return 0;
        }

        var grow = Math.Min(stream.MaxWindow, _options.MaxStreamWindow - stream.MaxWindow);
        if (_extraWindow + grow > _options.MaxExtraWindow)
        {
            return 0;
        }

        _extraWindow += grow;
        stream.MaxWindow += grow;
        return grow;
    }
}
