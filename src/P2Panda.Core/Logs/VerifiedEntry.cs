namespace P2Panda.Core.Logs;

/// <summary>
/// An entry whose form, author's signature and payload have been checked. Only this assembly can make one, so holding it is the proof:
/// nothing behind this point verifies again. What it cannot prove by itself (its links, its position) the store checks.
/// </summary>
public sealed class VerifiedEntry
{
    internal VerifiedEntry(
        LogKey log,
        ulong sequenceNumber,
        EntryId id,
        EntryLink? backlink,
        EntryLink? skiplink,
        bool isEndOfLog,
        ReadOnlyMemory<byte> entryBytes,
        ReadOnlyMemory<byte>? payloadBytes)
    {
        Log = log;
        SequenceNumber = sequenceNumber;
        Id = id;
        Backlink = backlink;
        Skiplink = skiplink;
        IsEndOfLog = isEndOfLog;
        EntryBytes = entryBytes;
        PayloadBytes = payloadBytes;
    }

    /// <summary>The log the entry belongs to.</summary>
    public LogKey Log { get; }

    /// <summary>Position in the log; the first Bamboo entry has 1.</summary>
    public ulong SequenceNumber { get; }

    /// <summary>The entry's id: the hash of <see cref="EntryBytes"/>.</summary>
    public EntryId Id { get; }

    /// <summary>The entry before this one; absent for the first of a log.</summary>
    public EntryLink? Backlink { get; }

    /// <summary>A farther predecessor, where the format asks for one at this position.</summary>
    public EntryLink? Skiplink { get; }

    /// <summary>Whether the author closed the log with this entry. Recorded, not enforced, as aquadoggo does.</summary>
    public bool IsEndOfLog { get; }

    /// <summary>The exact signed bytes.</summary>
    public ReadOnlyMemory<byte> EntryBytes { get; }

    /// <summary>The exact payload (for Bamboo the encoded operation), or none where a format allows its absence.</summary>
    public ReadOnlyMemory<byte>? PayloadBytes { get; }
}
