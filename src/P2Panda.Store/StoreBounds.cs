namespace P2Panda.Store;

/// <summary>How much a store may hold of what it cannot place, and how much it hands out at once.</summary>
public sealed record StoreBounds
{
    /// <summary>The bounds used when nothing else is said.</summary>
    public static StoreBounds Default { get; } = new();

    /// <summary>Entries in the out-of-order buffer.</summary>
    public int MaxBuffered { get; init; } = 4096;

    /// <summary>Bytes (entries and payloads) in the out-of-order buffer.</summary>
    public long MaxBufferedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Entries of one author in the out-of-order buffer.</summary>
    public int MaxBufferedPerAuthor { get; init; } = 256;

    /// <summary>Bytes of one author in the out-of-order buffer.</summary>
    public long MaxBufferedBytesPerAuthor { get; init; } = 2 * 1024 * 1024;

    /// <summary>Forked logs of which both entries are kept; later forks are refused and marked, their second entry is not kept.</summary>
    public int MaxForkEvidence { get; init; } = 1024;

    /// <summary>Bytes after which a range or a page of the change feed ends early (it always has at least one element).</summary>
    public int MaxReadBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Appends and other writes that may wait for the writer; further callers wait to be admitted.</summary>
    public int MaxQueuedWrites { get; init; } = 1024;

    /// <summary>Entries that share one commit at most.</summary>
    public int MaxEntriesPerCommit { get; init; } = 1000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBuffered);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBufferedBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBufferedPerAuthor);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBufferedBytesPerAuthor);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxForkEvidence);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxReadBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedWrites, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxEntriesPerCommit, 1);
    }
}
