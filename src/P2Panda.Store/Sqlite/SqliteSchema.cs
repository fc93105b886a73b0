using Microsoft.Data.Sqlite;

namespace P2Panda.Store.Sqlite;

/// <summary>
/// The tables, and how older ones become today's. Log ids and sequence numbers are big-endian blobs, so that their order holds up to
/// 2^64−1. A log's key (format, author, log id) stands once in <c>logs</c>; rows of entries carry its number.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>"P2LS": tells our files from other programs'.</summary>
    public const int ApplicationId = 0x50324c53;

    /// <summary>Step n leads from version n to n + 1. A step that has been released is never edited.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE state (last_change INTEGER NOT NULL, entry_count INTEGER NOT NULL) STRICT;
        INSERT INTO state VALUES (0, 0);
        CREATE TABLE logs (
            number INTEGER PRIMARY KEY,
            format INTEGER NOT NULL,
            author BLOB NOT NULL,
            log_id BLOB NOT NULL,
            height BLOB NOT NULL,
            head BLOB NOT NULL,
            available_from BLOB NOT NULL,
            retention INTEGER NOT NULL,
            first_received INTEGER NOT NULL,
            last_received INTEGER NOT NULL,
            UNIQUE (format, author, log_id)) STRICT;
        CREATE TABLE entries (
            change INTEGER PRIMARY KEY,
            log INTEGER NOT NULL,
            seq BLOB NOT NULL,
            format INTEGER NOT NULL,
            id BLOB NOT NULL,
            is_end INTEGER NOT NULL,
            received INTEGER NOT NULL,
            entry BLOB,
            payload BLOB) STRICT;
        CREATE UNIQUE INDEX entries_by_position ON entries (log, seq);
        CREATE UNIQUE INDEX entries_by_id ON entries (id, format);
        CREATE TABLE buffered (
            format INTEGER NOT NULL,
            author BLOB NOT NULL,
            log_id BLOB NOT NULL,
            seq BLOB NOT NULL,
            id BLOB NOT NULL,
            backlink_seq BLOB,
            backlink BLOB,
            skiplink_seq BLOB,
            skiplink BLOB,
            is_end INTEGER NOT NULL,
            retention INTEGER NOT NULL,
            received INTEGER NOT NULL,
            size INTEGER NOT NULL,
            entry BLOB NOT NULL,
            payload BLOB,
            UNIQUE (format, author, log_id, seq)) STRICT;
        CREATE TABLE forks (
            change INTEGER PRIMARY KEY,
            format INTEGER NOT NULL,
            author BLOB NOT NULL,
            log_id BLOB NOT NULL,
            seq BLOB,
            first_id BLOB,
            first_is_end INTEGER,
            first_received INTEGER,
            first_entry BLOB,
            first_payload BLOB,
            second_id BLOB,
            second_is_end INTEGER,
            second_received INTEGER,
            second_entry BLOB,
            second_payload BLOB,
            UNIQUE (format, author, log_id)) STRICT;
        CREATE TABLE marks (
            kind INTEGER NOT NULL,
            name BLOB NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
        """,
        """
        ALTER TABLE entries ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE buffered ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;
        """,
    ];

    /// <summary>Brings a database to the version after the last step, each step in a transaction of its own.</summary>
    public static void Migrate(SqliteConnection connection, IReadOnlyList<string> steps)
    {
        for (var version = (int)Scalar(connection, "PRAGMA user_version"); version < steps.Count; version++)
        {
            Execute(connection, $"BEGIN IMMEDIATE; {steps[version]} PRAGMA application_id={ApplicationId}; " +
                $"PRAGMA user_version={version + 1}; COMMIT");
        }
    }

    /// <exception cref="StoreException">A newer program wrote it, or it belongs to another program.</exception>
    public static void EnsureOurs(SqliteConnection connection, int newest, bool mayBeOlder)
    {
        var version = Scalar(connection, "PRAGMA user_version");
        var owner = Scalar(connection, "PRAGMA application_id");
        var tables = Scalar(connection, "SELECT count(*) FROM sqlite_schema");
        if (owner != ApplicationId && tables > 0)
        {
            throw new StoreException(
                StoreFailure.Corrupt,
                $"'{connection.DataSource}' is a SQLite database of another program; name another file for the log store.");
        }

        if (version > newest)
        {
            throw new StoreException(
                StoreFailure.TooNew,
                $"'{connection.DataSource}' has version {version}, this program knows versions up to {newest}; use the newer program.");
        }

        if (version < newest && !mayBeOlder)
        {
            throw new StoreException(
                StoreFailure.ReadOnly,
                $"'{connection.DataSource}' has the older version {version}; start a gateway on it once, which brings it to {newest}.");
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
