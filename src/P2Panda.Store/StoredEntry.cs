using P2Panda.Core.Logs;

namespace P2Panda.Store;

/// <summary>An entry as the store keeps it. It was verified before it came in and is not verified again on the way out.</summary>
public sealed class StoredEntry
{
    /// <summary>Puts together what a database row says.</summary>
    internal StoredEntry(
        LogKey log,
        ulong sequenceNumber,
        EntryId id,
        bool isEndOfLog,
        ReadOnlyMemory<byte> entryBytes,
        ReadOnlyMemory<byte>? payloadBytes,
        long change,
        DateTimeOffset receivedAt,
        EntryOrigin origin = EntryOrigin.Client)
    {
        Log = log;
        SequenceNumber = sequenceNumber;
        Id = id;
        IsEndOfLog = isEndOfLog;
        EntryBytes = entryBytes;
        PayloadBytes = payloadBytes;
        Change = change;
        ReceivedAt = receivedAt;
        Origin = origin;
    }

    /// <summary>The log the entry belongs to.</summary>
    public LogKey Log { get; }

    /// <summary>Position in the log.</summary>
    public ulong SequenceNumber { get; }

    /// <summary>The entry's id.</summary>
    public EntryId Id { get; }

    /// <summary>Whether the author closed the log with this entry.</summary>
    public bool IsEndOfLog { get; }

    /// <summary>The exact signed bytes.</summary>
    public ReadOnlyMemory<byte> EntryBytes { get; }

    /// <summary>The exact payload, or none where the format allows its absence.</summary>
    public ReadOnlyMemory<byte>? PayloadBytes { get; }

    /// <summary>Its number in the change feed.</summary>
    public long Change { get; }

    /// <summary>When this store appended it, to the millisecond.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>Which door it came through first.</summary>
    public EntryOrigin Origin { get; }

    internal int Size => EntryBytes.Length + (PayloadBytes?.Length ?? 0);
}
