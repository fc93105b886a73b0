namespace P2Panda.Bridge.Replication.Sessions;

/// <summary>How a session ended.</summary>
public enum SessionEnd
{
    /// <summary>Both sides have sent everything.</summary>
    Completed,

    /// <summary>Nothing came for too long.</summary>
    TimedOut,

    /// <summary>Both asked at once, and ours gave way.</summary>
    GaveWay,

    /// <summary>The peer broke the rules of the session, for example with a second Have.</summary>
    Violated,

    /// <summary>The peer began it anew.</summary>
    Replaced,

    /// <summary>Our own part failed, for example because the store is away.</summary>
    Failed,
}
