using P2Panda.Core.Logs;

namespace P2Panda.Store.Memory;

/// <summary>A position of a log: an entry, or what is left of it after its bytes were pruned.</summary>
internal sealed record MemoryRow(LogKey Log, ulong SequenceNumber, EntryId Id, long ReceivedAt, StoredEntry? Readable);
