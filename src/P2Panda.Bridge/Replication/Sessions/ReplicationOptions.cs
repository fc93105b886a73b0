namespace P2Panda.Bridge.Replication.Sessions;

/// <summary>How sessions are made and paced. The figures follow what a running aquadoggo 0.9.1 was seen to bear.</summary>
public sealed record ReplicationOptions
{
    /// <summary>Whether the schemas that define schemas get a session of their own before the rest, so that the peer knows them in time.</summary>
    public bool DefinitionsFirst { get; init; } = true;

    /// <summary>Time for a peer to make schemas of definitions just sent, before entries of these schemas follow.</summary>
    public TimeSpan DefinitionsPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time from a connection or a session to the next while there is something to exchange; the peer's own rhythm.</summary>
    public TimeSpan ShortestPoll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest such time for a peer that never asks by itself.</summary>
    public TimeSpan LongestPollOfSilentPeer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest such time for a peer that asks by itself when it has news.</summary>
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long news waits for company before a session carries it.</summary>
    public TimeSpan NewsDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Entries of the first session. It doubles while the peer keeps up and halves while it does not.</summary>
    public int FirstBatch { get; init; } = 256;

    /// <summary>Fewest entries a session is limited to.</summary>
    public int SmallestBatch { get; init; } = 64;

    /// <summary>Most entries of a session.</summary>
    public int LargestBatch { get; init; } = 8192;

    /// <summary>A peer that answers within this time after a full session keeps up.</summary>
    public TimeSpan Prompt { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A peer that takes longer than this after a full session does not.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Silence after which a session is forgotten, beyond the time for what was sent.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time a slow peer needs for an entry; it answers nobody meanwhile.</summary>
    public TimeSpan PatiencePerEntry { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Most sessions of ours with one peer at a time.</summary>
    public int MaxOwnSessions { get; init; } = 3;

    /// <summary>Most sessions with one peer at a time, whoever began them.</summary>
    public int MaxSessions { get; init; } = 16;
}
