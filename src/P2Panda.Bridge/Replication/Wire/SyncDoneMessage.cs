namespace P2Panda.Bridge.Replication.Wire;

/// <summary>The sender has sent all it will in this session.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="LiveMode">Always false; without effect.</param>
public sealed record SyncDoneMessage(ulong SessionId, bool LiveMode = false) : ReplicationMessage;
