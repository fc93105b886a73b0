namespace P2Panda.Store;

/// <summary>What became of one entry handed to <see cref="ILogStore.AppendAsync(P2Panda.Core.Logs.VerifiedEntry, RetentionClass, CancellationToken)"/>.</summary>
public enum AppendOutcome
{
    /// <summary>Stored at the end of its log; readers of the change feed see it.</summary>
    Appended,

    /// <summary>The store has this very entry; nothing changed.</summary>
    AlreadyStored,

    /// <summary>Kept in the out-of-order buffer (now or since an earlier call) until the entries before it arrive.</summary>
    Buffered,

    /// <summary>Refused: the backlink does not name the entry stored before it (E4).</summary>
    BacklinkMismatch,

    /// <summary>Refused: the skiplink does not name the entry stored at its target (E4).</summary>
    SkiplinkMismatch,

    /// <summary>Refused: a different entry by the same author holds this position. The first such pair of a log is kept as evidence.</summary>
    Fork,

    /// <summary>Refused for now: its predecessor is missing and the out-of-order buffer prefers what it holds.</summary>
    BufferFull,
}
