namespace P2Panda.Libp2p.Muxing.Yamux;

/// <summary>The sending half: control frames before data, streams in turn.</summary>
internal sealed partial class YamuxSession
{
    private readonly Queue<uint> _pongs = new();
    private readonly Queue<uint> _refusals = new();
    private readonly Queue<YamuxStream> _control = new();
    private readonly Queue<YamuxStream> _data = new();
    private bool _goAwayQueued;
    private uint? _goAway;

    /// <summary>Writes the next frame; 0 when there is nothing to send. Needs room for a header and a byte.</summary>
    public int WriteFrame(Span<byte> room)
    {
        while (true)
        {
            YamuxStream? stream;
            int allowance;
            lock (_gate)
            {
                var written = WriteControl(room);
                if (written > 0)
                {
                    return written;
                }

                if (!_data.TryDequeue(out stream))
                {
                    return 0;
                }

                stream.DataQueued = false;
                if (stream.FinSent || stream.Removed)
                {
                    continue;
                }

                if (stream.FinPending)
                {
                    return WriteFin(stream, room);
                }

                allowance = Math.Min(room.Length - YamuxFrame.HeaderLength, (int)Math.Min(stream.SendWindow, int.MaxValue));
                if (_data.Count > 0)
                {
                    allowance = Math.Min(allowance, _options.SharedFrameBody);
                }
            }

            // Outside the lock: copying must not hold up the reader loop.
            var count = stream.TakeOutput(room.Slice(YamuxFrame.HeaderLength, allowance), out var more, out var completed);
            if (count == 0 && !completed)
            {
                continue;
            }

            lock (_gate)
            {
                if (stream.Removed)
                {
                    continue;
                }

                stream.SendWindow -= (uint)count;
                if (count == 0)
                {
                    return WriteFin(stream, room);
                }

                // The end goes in a frame of its own: js-libp2p looks at a frame's flags before its body and loses a body that
                // comes with FIN.
                stream.FinPending = completed;
                if (completed || (more && stream.SendWindow > 0))
                {
                    QueueData(stream);
                }

                new YamuxFrame(YamuxFrameType.Data, TakeFlags(stream), stream.Id, (uint)count).Write(room);
                return YamuxFrame.HeaderLength + count;
            }
        }
    }

    /// <summary>The application wrote or finished.</summary>
    public void DataReady(YamuxStream stream)
    {
        lock (_gate)
        {
            if (stream.Removed || stream.FinSent)
            {
                return;
            }

            QueueData(stream);
        }

        OutputReady?.Invoke(true);
    }

    /// <summary>Tells the peer that no more streams are wanted.</summary>
    public void QueueGoAway(uint code)
    {
        lock (_gate)
        {
            if (_goAwayQueued)
            {
                return;
            }

            _goAwayQueued = true;
            _goAway = code;
        }

        OutputReady?.Invoke(true);
    }

    private int WriteFin(YamuxStream stream, Span<byte> room)
    {
        stream.FinSent = true;
        var written = Write(room, new(YamuxFrameType.Data, TakeFlags(stream) | YamuxFlags.Fin, stream.Id, 0));
        if (stream.FinReceived)
        {
            Remove(stream);
        }

        return written;
    }

    private int WriteControl(Span<byte> room)
    {
        if (_pongs.TryDequeue(out var opaque))
        {
            return Write(room, new(YamuxFrameType.Ping, YamuxFlags.Ack, 0, opaque));
        }

        if (_pingQueued)
        {
            _pingQueued = false;
            _pingSent = _time.GetTimestamp();
            return Write(room, new(YamuxFrameType.Ping, YamuxFlags.Syn, 0, _pingOpaque));
        }

        if (_refusals.TryDequeue(out var refused))
        {
            return Write(room, new(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, refused, 0));
        }

        while (_control.TryDequeue(out var stream))
        {
            stream.ControlQueued = false;
            if (stream.NeedsReset)
            {
                stream.NeedsReset = false;
                return Write(room, new(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, stream.Id, 0));
            }

            if (!stream.Removed && stream.PendingUpdate > 0)
            {
                var delta = stream.PendingUpdate;
                stream.PendingUpdate = 0;
                return Write(room, new(YamuxFrameType.WindowUpdate, TakeFlags(stream), stream.Id, delta));
            }
        }

        if (_goAway is { } code && _data.Count == 0)
        {
            _goAway = null;
            return Write(room, new(YamuxFrameType.GoAway, YamuxFlags.None, 0, code));
        }

        return 0;
    }

    private static int Write(Span<byte> room, YamuxFrame frame)
    {
        frame.Write(room);
        return YamuxFrame.HeaderLength;
    }

    /// <summary>SYN or ACK rides on whatever goes first.</summary>
    private static YamuxFlags TakeFlags(YamuxStream stream)
    {
        var flags = (stream.NeedsSyn ? YamuxFlags.Syn : 0) | (stream.NeedsAck ? YamuxFlags.Ack : 0);
        stream.NeedsSyn = stream.NeedsAck = false;
        return flags;
    }

    private void QueueControl(YamuxStream stream)
    {
        if (!stream.ControlQueued)
        {
            stream.ControlQueued = true;
            _control.Enqueue(stream);
        }
    }

    private void QueueData(YamuxStream stream)
    {
        if (!stream.DataQueued)
        {
            stream.DataQueued = true;
            _data.Enqueue(stream);
        }
    }
}
