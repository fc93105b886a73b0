using P2Panda.Core.Logs;

namespace P2Panda.Store.Appending;

/// <summary>An entry on its way into a log: fresh from its verification, or back from the out-of-order buffer.</summary>
internal sealed record PendingEntry(
    LogKey Log,
    ulong SequenceNumber,
    EntryId Id,
    EntryLink? Backlink,
    EntryLink? Skiplink,
    bool IsEndOfLog,
    ReadOnlyMemory<byte> EntryBytes,
    ReadOnlyMemory<byte>? PayloadBytes,
    RetentionClass Retention,
    long ReceivedAt,
    EntryOrigin Origin = EntryOrigin.Client)
{
    public int Size => EntryBytes.Length + (PayloadBytes?.Length ?? 0);

    public static PendingEntry From(VerifiedEntry entry, RetentionClass retention, long now, EntryOrigin origin) => new(
        entry.Log,
        entry.SequenceNumber,
        entry.Id,
        entry.Backlink,
        entry.Skiplink,
        entry.IsEndOfLog,
        entry.EntryBytes,
        entry.PayloadBytes,
        retention,
        now,
        origin);

    public StoredEntry ToStored(long change, long receivedAt) => new(
        Log, SequenceNumber, Id, IsEndOfLog, EntryBytes, PayloadBytes, change, DateTimeOffset.FromUnixTimeMilliseconds(receivedAt), Origin);
}
