namespace P2Panda.Store;

/// <summary>What a change is.</summary>
public enum StoreChangeKind
{
    /// <summary>An entry was appended to its log.</summary>
    Appended,

    /// <summary>A log was found forked; <see cref="StoreChange.Entry"/> is the refused entry, which is not part of the log.</summary>
    Forked,
}
