namespace P2Panda.Bridge.Replication.Sessions;

/// <summary>What happened with one peer on one connection.</summary>
public sealed class ReplicationCounters
{
    /// <summary>Sessions asked for by us.</summary>
    public long Requested { get; internal set; }

    /// <summary>Sessions of the peer that were answered.</summary>
    public long Answered { get; internal set; }

    /// <summary>Sessions that both sides finished.</summary>
    public long Completed { get; internal set; }

    /// <summary>Sessions forgotten because nothing came.</summary>
    public long TimedOut { get; internal set; }

    /// <summary>Requests that met one of the peer's own.</summary>
    public long TieBreaks { get; internal set; }

    /// <summary>Answers under the id of a request that the peer had dropped: a known fault of aquadoggo.</summary>
    public long WrongSessionIds { get; internal set; }

    /// <summary>Messages for sessions that do not exist.</summary>
    public long UnknownSessions { get; internal set; }

    /// <summary>Announcements of an unknown version, or not newer than the last.</summary>
    public long AnnouncementsIgnored { get; internal set; }

    /// <summary>Requests in a mode that is not spoken, or beyond the number of sessions kept.</summary>
    public long RequestsIgnored { get; internal set; }

    /// <summary>Messages against the rules of their session.</summary>
    public long Violations { get; internal set; }

    /// <summary>Entries sent.</summary>
    public long EntriesSent { get; internal set; }

    /// <summary>Entries received.</summary>
    public long EntriesReceived { get; internal set; }
}
