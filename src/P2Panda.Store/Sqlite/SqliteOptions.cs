namespace P2Panda.Store.Sqlite;

/// <summary>How a SQLite store is opened.</summary>
public sealed record SqliteOptions
{
    /// <summary>How much may be held and handed out.</summary>
    public StoreBounds Bounds { get; init; } = StoreBounds.Default;

    /// <summary>What a commit waits for.</summary>
    public SqliteDurability Durability { get; init; } = SqliteDurability.Full;

    /// <summary>
    /// Opens for reading beside a running gateway. Logs and heights are those of the moment of opening; entries are read as they are.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>How long a statement waits for another program's lock before it fails.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock that dates what comes in.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Pages after which the log of a transaction is moved into the database file (4 KiB each).</summary>
    internal int CheckpointPages { get; init; } = 4000;

    /// <summary>Largest size of the file in pages; tests fill a disk with it.</summary>
    internal int? MaxPages { get; init; }
}
