namespace P2Panda.Libp2p.Muxing.Yamux;

/// <summary>Pings, both ways, and what is due by time.</summary>
internal sealed partial class YamuxSession
{
    private bool _pingQueued;
    private uint _pingOpaque;
    private long? _pingSent;
    private bool _pingOutstanding;

    /// <summary>Last measured round trip.</summary>
    public TimeSpan? RoundTripTime { get; private set; }

    /// <summary>Queues a ping unless one is under way.</summary>
    public void QueuePing()
    {
        lock (_gate)
        {
            if (_pingOutstanding || _closed is not null)
            {
                return;
            }

            _pingOutstanding = true;
            _pingQueued = true;
            _pingSent = null;
            _pingOpaque++;
        }

        OutputReady?.Invoke(false);
    }

    /// <summary>To be called about every <see cref="YamuxOptions.KeepAliveTimeout"/>.</summary>
    public YamuxViolation Tick()
    {
        var now = _time.GetTimestamp();
        bool pingDue;
        var stale = new List<YamuxStream>();
        lock (_gate)
        {
            if (_pingOutstanding && _pingSent is { } sent && _time.GetElapsedTime(sent, now) > _options.KeepAliveTimeout
                && _time.GetElapsedTime(_lastReceived, now) > _options.KeepAliveTimeout)
            {
                return YamuxViolation.KeepAliveTimeout;
            }

            pingDue = _time.GetElapsedTime(_lastReceived, now) >= _options.KeepAlive;
            foreach (var stream in _streams.Values)
            {
                if (stream is { AbandonedAt: > 0, FinSent: true } && _time.GetElapsedTime(stream.AbandonedAt, now) > _options.AbandonedStreamLifetime)
                {
                    stale.Add(stream);
                }
            }
        }

        foreach (var stream in stale)
        {
            Reset(stream);
        }

        if (pingDue)
        {
            QueuePing();
        }

        return YamuxViolation.None;
    }

    private YamuxViolation OnPing(in YamuxFrame frame)
    {
        if (frame.StreamId != 0)
        {
            return YamuxViolation.BadStreamId;
        }

        lock (_gate)
        {
            if (frame.Flags.HasFlag(YamuxFlags.Syn))
            {
                if (_pongs.Count >= _options.MaxPendingPongs)
                {
                    return YamuxViolation.PingFlood;
                }

                _pongs.Enqueue(frame.Length);
                _outputBecameReady = true;
            }
            else if (_pingOutstanding && _pingSent is { } sent && frame.Length == _pingOpaque)
            {
                _pingOutstanding = false;
                RoundTripTime = _time.GetElapsedTime(sent);
            }
        }

        return YamuxViolation.None;
    }
}
