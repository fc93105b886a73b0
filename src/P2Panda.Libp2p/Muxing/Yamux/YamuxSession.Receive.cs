namespace P2Panda.Libp2p.Muxing.Yamux;

/// <summary>The receiving half.</summary>
internal sealed partial class YamuxSession
{
    /// <summary>Ids of the peer that were passed over and may still come.</summary>
    private const int MaxPassedOver = 64;

    private readonly SortedSet<uint> _passedOver = [];
    private readonly byte[] _header = new byte[YamuxFrame.HeaderLength];
    private readonly List<YamuxStream> _delivered = [];
    private int _headerLength;
    private uint _bodyLeft;
    private YamuxStream? _bodyStream;
    private bool _bodyEnds;
    private long _lastReceived;
    private bool _openBecameReady;
    private bool _acceptBecameReady;
    private bool _outputBecameReady;

    /// <summary>Takes plaintext in pieces of any size. After a violation the session must be closed.</summary>
    public YamuxViolation Receive(ReadOnlySpan<byte> bytes)
    {
        _lastReceived = _time.GetTimestamp();
        var violation = YamuxViolation.None;
        while (!bytes.IsEmpty && violation == YamuxViolation.None)
        {
            if (_bodyLeft > 0)
            {
                var piece = bytes[..(int)Math.Min(_bodyLeft, (uint)bytes.Length)];
                bytes = bytes[piece.Length..];
                _bodyLeft -= (uint)piece.Length;
                OnBody(piece);
                continue;
            }

            var take = Math.Min(bytes.Length, YamuxFrame.HeaderLength - _headerLength);
            bytes[..take].CopyTo(_header.AsSpan(_headerLength));
            _headerLength += take;
            bytes = bytes[take..];
            if (_headerLength == YamuxFrame.HeaderLength)
            {
                _headerLength = 0;
                violation = YamuxFrame.TryRead(_header, out var frame) ? OnFrame(frame) : YamuxViolation.UnknownFrame;
            }
        }

        foreach (var stream in _delivered)
        {
            stream.FlushDelivered();
        }

        _delivered.Clear();
        Announce();
        return violation;
    }

    private void Announce()
    {
        bool accept, open, output;
        lock (_gate)
        {
            (accept, open, output) = (_acceptBecameReady, _openBecameReady, _outputBecameReady);
            _acceptBecameReady = _openBecameReady = _outputBecameReady = false;
        }

        if (accept)
        {
            AcceptReady?.Invoke();
        }

        if (open)
        {
            OpenReady?.Invoke();
        }

        if (output)
        {
            OutputReady?.Invoke(false);
        }
    }

    private YamuxViolation OnFrame(in YamuxFrame frame) => frame.Type switch
    {
        YamuxFrameType.Ping => OnPing(frame),
        YamuxFrameType.GoAway => OnGoAway(frame),
        _ => OnStreamFrame(frame),
    };

    private YamuxViolation OnGoAway(in YamuxFrame frame)
    {
        if (frame.StreamId != 0)
        {
            return YamuxViolation.BadStreamId;
        }

        lock (_gate)
        {
            _remoteGoAway = true;
            _openBecameReady = true;
        }

        return YamuxViolation.None;
    }

    private YamuxViolation OnStreamFrame(in YamuxFrame frame)
    {
        var isData = frame.Type == YamuxFrameType.Data;
        if (frame.StreamId == 0)
        {
            return YamuxViolation.BadStreamId;
        }

        if (isData && frame.Length > _options.MaxFrameBody)
        {
            return YamuxViolation.FrameTooLarge;
        }

        YamuxStream? stream;
        lock (_gate)
        {
            var violation = Find(frame, isData, out stream);
            if (violation != YamuxViolation.None)
            {
                return violation;
            }

            if (stream is null)
            {
                // Closed before, or refused: what belongs to it is dropped.
                _bodyStream = null;
                _bodyLeft = isData ? frame.Length : 0;
                return YamuxViolation.None;
            }

            if (frame.Flags.HasFlag(YamuxFlags.Ack))
            {
                Acknowledge(stream);
            }

            if (isData)
            {
                if (frame.Length > stream.ReceiveWindow)
                {
                    return YamuxViolation.WindowExceeded;
                }

                if (stream.FinReceived && frame.Length > 0)
                {
                    return YamuxViolation.DataAfterEnd;
                }

                stream.ReceiveWindow -= frame.Length;
            }
            else if (!TryGrow(stream, frame.Length))
            {
                return YamuxViolation.WindowOverflow;
            }
        }

        if (frame.Flags.HasFlag(YamuxFlags.Rst))
        {
            OnReset(stream);
            _bodyStream = null;
            _bodyLeft = isData ? frame.Length : 0;
            return YamuxViolation.None;
        }

        _bodyStream = stream;
        _bodyLeft = isData ? frame.Length : 0;
        _bodyEnds = frame.Flags.HasFlag(YamuxFlags.Fin);
        if (_bodyLeft == 0 && _bodyEnds)
        {
            OnEnd(stream);
        }

        return YamuxViolation.None;
    }

    /// <summary>Finds or creates the frame's stream; null without a violation means "ignore". Caller holds the lock.</summary>
    private YamuxViolation Find(in YamuxFrame frame, bool isData, out YamuxStream? stream)
    {
        var known = _streams.TryGetValue(frame.StreamId, out stream);
        if (!frame.Flags.HasFlag(YamuxFlags.Syn))
        {
            if (known)
            {
                return YamuxViolation.None;
            }

            var ours = (frame.StreamId % 2 == 1) == _dialer;
            LateFrames++;
            return frame.StreamId < (ours ? _nextId : _lastRemoteId + 1) ? YamuxViolation.None : YamuxViolation.BadStreamId;
        }

        if (known || (frame.StreamId % 2 == 1) == _dialer || !IsNew(frame.StreamId))
        {
            return YamuxViolation.BadNewStreamId;
        }

        if (isData && frame.Length > YamuxOptions.InitialWindow)
        {
            return YamuxViolation.WindowExceeded;
        }

        NoteOpened(frame.StreamId);
        if (frame.Flags.HasFlag(YamuxFlags.Rst))
        {
            return YamuxViolation.None;
        }

        if (_closed is not null || _inboundOpen >= _options.MaxInboundStreams || _accepted.Count >= _options.MaxAcceptBacklog)
        {
            RefusedStreams++;
            if (_refusals.Count >= _options.MaxPendingRefusals)
            {
                return YamuxViolation.StreamFlood;
            }

            _refusals.Enqueue(frame.StreamId);
            _outputBecameReady = true;
            return YamuxViolation.None;
        }

        stream = new YamuxStream(this, frame.StreamId, inbound: true) { LastUpdate = _lastReceived };
        _inboundOpen++;
        _streams.Add(stream.Id, stream);
        _accepted.Enqueue(stream);
        _acceptBecameReady = true;
        return YamuxViolation.None;
    }

    /// <summary>
    /// Whether a peer may open this id: above all before it, or passed over lately. Who opens two streams at once may write to the second
    /// first, and its SYN goes with the first frame.
    /// </summary>
    private bool IsNew(uint id) => id > _lastRemoteId || _passedOver.Contains(id);

    private void NoteOpened(uint id)
    {
        if (_passedOver.Remove(id))
        {
            return;
        }

        // The peer's ids are all odd or all even. Only the latest gaps are remembered.
        var first = _lastRemoteId == 0 ? 2 - (id % 2) : _lastRemoteId + 2;
        for (var skipped = Math.Max(first, id > 2 * MaxPassedOver ? id - (2 * MaxPassedOver) : first); skipped < id; skipped += 2)
        {
            _passedOver.Add(skipped);
        }

        while (_passedOver.Count > MaxPassedOver)
        {
            _passedOver.Remove(_passedOver.Min);
        }

        _lastRemoteId = id;
    }

    private bool TryGrow(YamuxStream stream, uint delta)
    {
        if (delta > uint.MaxValue - stream.SendWindow)
        {
            return false;
        }

        var blocked = stream.SendWindow == 0;
        stream.SendWindow += delta;
        if (blocked && delta > 0)
        {
            QueueData(stream);
            _outputBecameReady = true;
        }

        return true;
    }

    private void OnBody(ReadOnlySpan<byte> piece)
    {
        if (_bodyStream is not { } stream)
        {
            return;
        }

        if (stream.Deliver(piece))
        {
            if (_delivered.Count == 0 || _delivered[^1] != stream)
            {
                _delivered.Add(stream);
            }
        }
        else
        {
            OnUnwanted(stream, piece.Length);
        }

        if (_bodyLeft == 0 && _bodyEnds)
        {
            OnEnd(stream);
        }
    }

    /// <summary>Data nobody will read: credit it while the application still writes, else reset the stream.</summary>
    private void OnUnwanted(YamuxStream stream, int count)
    {
        lock (_gate)
        {
            if (stream.Removed)
            {
                return;
            }

            if (!stream.FinSent)
            {
                // The other direction lives on; this one drains into nothing.
                stream.ReceiveWindow += (uint)count;
                stream.PendingUpdate += (uint)count;
                QueueControl(stream);
            }
            else
            {
                stream.NeedsReset = true;
                QueueControl(stream);
                Remove(stream);
            }

            _outputBecameReady = true;
        }
    }

    private void OnEnd(YamuxStream stream)
    {
        stream.FlushDelivered();
        stream.DeliverEnd();
        lock (_gate)
        {
            stream.FinReceived = true;
            if (stream.FinSent)
            {
                Remove(stream);
            }
        }
    }

    private void OnReset(YamuxStream stream)
    {
        lock (_gate)
        {
            Remove(stream);
        }

        stream.Terminate(new StreamResetException("The peer reset the stream."));
    }
}
