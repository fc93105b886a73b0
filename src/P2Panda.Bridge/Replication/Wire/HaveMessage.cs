namespace P2Panda.Bridge.Replication.Wire;

/// <summary>How far the sender's logs go.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Heights">The logs that belong to the session's schemas.</param>
public sealed record HaveMessage(ulong SessionId, LogHeights Heights) : ReplicationMessage;
