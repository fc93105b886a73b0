namespace P2Panda.Store.Sqlite;

/// <summary>What a commit waits for.</summary>
public enum SqliteDurability
{
    /// <summary>Every commit is on the disk before it is acknowledged (<c>PRAGMA synchronous=FULL</c>).</summary>
    Full,

    /// <summary>A power cut may lose the newest commits, a crash of the program loses none (<c>synchronous=NORMAL</c>).</summary>
    Normal,
}
