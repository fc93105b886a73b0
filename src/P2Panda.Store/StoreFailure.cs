namespace P2Panda.Store;

/// <summary>Why a database could not do what was asked.</summary>
public enum StoreFailure
{
    /// <summary>Another process has the database open for writing, or holds a lock for too long.</summary>
    Locked,

    /// <summary>The file is damaged or is no database of ours.</summary>
    Corrupt,

    /// <summary>The file, its folder or the way it was opened does not allow writing.</summary>
    ReadOnly,

    /// <summary>No space is left on the disk.</summary>
    DiskFull,

    /// <summary>A newer version of this program wrote the database.</summary>
    TooNew,

    /// <summary>The server cannot be reached or closed the connection.</summary>
    Unreachable,

    /// <summary>Reading or writing failed for another reason, which the message tells.</summary>
    Failed,

    /// <summary>The store was closed.</summary>
    Closed,
}
