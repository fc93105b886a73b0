using P2Panda.Bridge.Replication.Wire;

namespace P2Panda.Bridge.Replication.Sessions;

/// <summary>What a <see cref="PeerReplication"/> wants done, in this order.</summary>
public abstract record ReplicationAction
{
    private ReplicationAction()
    {
    }

    /// <summary>Write a message to the stream.</summary>
    public sealed record Send(ReplicationMessage Message) : ReplicationAction;

    /// <summary>Find out how far our logs go, everything stored that was received before, and call <see cref="PeerReplication.Described"/>.</summary>
    public sealed record Describe(Session Session) : ReplicationAction;

    /// <summary>Send what the peer lacks, at most <paramref name="Limit"/> entries, and call <see cref="PeerReplication.EntriesSent"/>.</summary>
    public sealed record SendEntries(Session Session, LogHeights Remote, int Limit) : ReplicationAction;

    /// <summary>Check and store an entry.</summary>
    public sealed record Store(Session Session, EntryMessage Entry) : ReplicationAction;

    /// <summary>A session is over.</summary>
    public sealed record Ended(Session Session, SessionEnd Reason) : ReplicationAction;

    /// <summary>The peer does not answer: close the connection and make a new one.</summary>
    public sealed record Reconnect : ReplicationAction;
}
