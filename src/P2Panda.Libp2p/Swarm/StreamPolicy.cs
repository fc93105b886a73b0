namespace P2Panda.Libp2p;

/// <summary>What a protocol allows its peers.</summary>
public sealed record StreamPolicy
{
    /// <summary>Inbound streams of one peer at the same time.</summary>
    public int MaxPerPeer { get; init; } = 64;

    /// <summary>Inbound streams of all peers at the same time.</summary>
    public int MaxTotal { get; init; } = 1024;

    /// <summary>Time one inbound stream may take; none by default.</summary>
    public TimeSpan Deadline { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Whether the protocol may run on a relayed connection with limits.</summary>
    public bool RunOnLimited { get; init; }
}
