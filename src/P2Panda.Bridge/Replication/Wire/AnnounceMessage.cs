namespace P2Panda.Bridge.Replication.Wire;

/// <summary>What a node replicates; sent when a connection is made and when it changes.</summary>
/// <param name="Version">Version of the protocol; only <see cref="CurrentVersion"/> is understood.</param>
/// <param name="Timestamp">Unix time in seconds; a peer ignores an announcement that is not newer than the last.</param>
/// <param name="Schemas">The schemas; may be empty.</param>
public sealed record AnnounceMessage(ulong Version, ulong Timestamp, SchemaIdSet Schemas) : ReplicationMessage
{
    /// <summary>The only version there is.</summary>
    public const ulong CurrentVersion = 1;
}
