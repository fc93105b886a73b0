namespace P2Panda.Bridge.Replication.Wire;

/// <summary>An entry with its operation. The operation is never left out: aquadoggo stops when it is.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Entry">The signed bytes.</param>
/// <param name="Operation">The entry's payload.</param>
public sealed record EntryMessage(ulong SessionId, ReadOnlyMemory<byte> Entry, ReadOnlyMemory<byte> Operation) : ReplicationMessage;
