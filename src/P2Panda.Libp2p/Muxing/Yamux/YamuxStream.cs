namespace P2Panda.Libp2p.Muxing.Yamux;

/// <summary>One stream of a session. What is not private is guarded by the session's lock.</summary>
internal sealed class YamuxStream(YamuxSession session, uint id, bool inbound) : PipedStream
{
    private long _consumed;

    public uint Id { get; } = id;

    public bool IsInbound { get; } = inbound;

    /// <summary>Bytes we may still send.</summary>
    public uint SendWindow { get; set; } = YamuxOptions.InitialWindow;

    /// <summary>Bytes the peer may still send.</summary>
    public uint ReceiveWindow { get; set; } = YamuxOptions.InitialWindow;

    /// <summary>What the receive window is filled up to.</summary>
    public int MaxWindow { get; set; } = YamuxOptions.InitialWindow;

    /// <summary>Timestamp of the last window update, for tuning.</summary>
    public long LastUpdate { get; set; }

    /// <summary>Credit to send in the next window update.</summary>
    public uint PendingUpdate { get; set; }

    public bool NeedsSyn { get; set; } = !inbound;

    public bool NeedsAck { get; set; } = inbound;

    public bool AwaitsAck { get; set; } = !inbound;

    public bool NeedsReset { get; set; }

    /// <summary>Whether it stands in the session's queue of control frames.</summary>
    public bool ControlQueued { get; set; }

    /// <summary>Whether it stands in the session's queue of streams with data.</summary>
    public bool DataQueued { get; set; }

    /// <summary>Everything but the end itself was sent.</summary>
    public bool FinPending { get; set; }

    public bool FinSent { get; set; }

    public bool FinReceived { get; set; }

    public bool Removed { get; set; }

    /// <summary>When the application stopped reading before the end; zero otherwise.</summary>
    public long AbandonedAt { get; set; }

    /// <summary>Counts consumed bytes that are not yet granted anew, without the lock; returns all of them.</summary>
    public long AddConsumed(long count) => Interlocked.Add(ref _consumed, count);

    public long TakeConsumed() => Interlocked.Exchange(ref _consumed, 0);

    public override void Reset(ulong code = 0) => session.Reset(this);

    protected override void OnInputConsumed(long count) => session.Consume(this, count);

    protected override void OnInputAbandoned() => session.Abandon(this);

    protected override void OnOutputReady() => session.DataReady(this);
}
