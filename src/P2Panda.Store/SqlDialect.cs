namespace P2Panda.Store;

/// <summary>Whose SQL a database speaks.</summary>
public enum SqlDialect
{
    /// <summary>SQLite 3.</summary>
    Sqlite,

    /// <summary>PostgreSQL.</summary>
    Postgres,
}
