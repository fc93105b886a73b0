using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;

namespace P2Panda.Bridge.Links;

/// <summary>What is replicated with IP peers.</summary>
public sealed record ReplicationServiceOptions
{
    /// <summary>The schemas; all that are known when null, none (a node that only relays connections) when empty.</summary>
    public SchemaIdSet? AllowedSchemas { get; init; }

    /// <summary>How sessions are made.</summary>
    public ReplicationOptions Sessions { get; init; } = new();
}
