using P2Panda.Core.Logs;

namespace P2Panda.Store.Appending;

/// <summary>A buffered entry without its bytes.</summary>
internal sealed record BufferSlot(LogKey Log, ulong SequenceNumber, EntryId Id, int Size, RetentionClass Retention, long ReceivedAt)
{
    public static BufferSlot Of(PendingEntry entry) =>
        new(entry.Log, entry.SequenceNumber, entry.Id, entry.Size, entry.Retention, entry.ReceivedAt);
}
