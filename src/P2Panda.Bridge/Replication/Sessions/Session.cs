using P2Panda.Bridge.Replication.Wire;

namespace P2Panda.Bridge.Replication.Sessions;

/// <summary>One exchange with a peer about a set of schemas (log height). Each side sends one Have, its entries, one SyncDone.</summary>
public sealed class Session
{
    internal Session(ulong id, SessionRole role, SchemaIdSet schemas, DateTimeOffset now)
    {
        Id = id;
        Role = role;
        Schemas = schemas;
        Started = now;
        LastProgress = now;
    }

    /// <summary>The id; of a responder's session the peer's choice.</summary>
    public ulong Id { get; }

    /// <summary>Who asked for it.</summary>
    public SessionRole Role { get; }

    /// <summary>What it is about.</summary>
    public SchemaIdSet Schemas { get; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>When the peer answered with its Have.</summary>
    public DateTimeOffset? Answered { get; internal set; }

    /// <summary>Entries sent.</summary>
    public int Sent { get; internal set; }

    /// <summary>Entries received.</summary>
    public int Received { get; internal set; }

    /// <summary>Whether entries were left for the next session, so as not to overwhelm the peer.</summary>
    public bool HasMore { get; internal set; }

    /// <summary>Whether nothing was heard from the peer yet on a request of ours.</summary>
    public bool IsPending => Role == SessionRole.Initiator && Remote is null && !IsRemoteDone;

    internal DateTimeOffset LastProgress { get; set; }

    internal LogHeights? Remote { get; set; }

    internal bool IsDescribed { get; set; }

    internal bool IsSending { get; set; }

    internal bool IsOwnDone { get; set; }

    internal bool IsRemoteDone { get; set; }
}
