using System.Globalization;
using Npgsql;

namespace P2Panda.Store.Postgres;

/// <summary>
/// The tables of one community's schema, and how older ones become today's. The same rows as in SQLite; in addition every row that the
/// index holds carries the revision that wrote it, so that another gateway can fetch what is new to it.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>Step n leads from version n to n + 1. A step that has been released is never edited.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE state (
            last_change bigint NOT NULL,
            entry_count bigint NOT NULL,
            next_log bigint NOT NULL,
            revision bigint NOT NULL,
            buffer_revision bigint NOT NULL,
            forget_revision bigint NOT NULL) WITH (fillfactor = 10);
        INSERT INTO state VALUES (0, 0, 1, 0, 0, 0);
        CREATE TABLE logs (
            number bigint PRIMARY KEY,
            format smallint NOT NULL,
            author bytea NOT NULL,
            log_id bytea NOT NULL,
            height bytea NOT NULL,
            head bytea NOT NULL,
            available_from bytea NOT NULL,
            retention smallint NOT NULL,
            first_received bigint NOT NULL,
            last_received bigint NOT NULL,
            revision bigint NOT NULL,
            UNIQUE (format, author, log_id)) WITH (fillfactor = 70);
        CREATE INDEX logs_by_revision ON logs (revision);
        CREATE TABLE entries (
            change bigint PRIMARY KEY,
            log bigint NOT NULL,
            seq bytea NOT NULL,
            format smallint NOT NULL,
            id bytea NOT NULL,
            is_end boolean NOT NULL,
            received bigint NOT NULL,
            entry bytea,
            payload bytea,
            UNIQUE (log, seq),
            UNIQUE (id, format));
        CREATE TABLE buffered (
            format smallint NOT NULL,
            author bytea NOT NULL,
            log_id bytea NOT NULL,
            seq bytea NOT NULL,
            id bytea NOT NULL,
            backlink_seq bytea,
            backlink bytea,
            skiplink_seq bytea,
            skiplink bytea,
            is_end boolean NOT NULL,
            retention smallint NOT NULL,
            received bigint NOT NULL,
            size integer NOT NULL,
            entry bytea NOT NULL,
            payload bytea,
            PRIMARY KEY (format, author, log_id, seq));
        CREATE TABLE forks (
            change bigint PRIMARY KEY,
            format smallint NOT NULL,
            author bytea NOT NULL,
            log_id bytea NOT NULL,
            seq bytea,
            first_id bytea,
            first_is_end boolean,
            first_received bigint,
            first_entry bytea,
            first_payload bytea,
            second_id bytea,
            second_is_end boolean,
            second_received bigint,
            second_entry bytea,
            second_payload bytea,
            UNIQUE (format, author, log_id));
        CREATE TABLE marks (
            gateway text NOT NULL,
            kind smallint NOT NULL,
            name bytea NOT NULL,
            value bytea NOT NULL,
            PRIMARY KEY (gateway, kind, name));
        """,
        """
        ALTER TABLE entries ADD COLUMN origin smallint NOT NULL DEFAULT 0;
        ALTER TABLE buffered ADD COLUMN origin smallint NOT NULL DEFAULT 0;
        """,
    ];

    /// <summary>Creates the schema if need be and takes the missing steps, in one transaction that gateways take turns in.</summary>
    /// <exception cref="StoreException">A newer program wrote it.</exception>
    public static void Migrate(NpgsqlConnection connection, string schema, IReadOnlyList<string> steps)
    {
        using var transaction = connection.BeginTransaction();
        Execute(connection, $"SELECT pg_advisory_xact_lock(hashtextextended('p2panda log store {schema}', 0))");
        Execute(connection, $"CREATE SCHEMA IF NOT EXISTS {schema}");
        Execute(connection, "CREATE TABLE IF NOT EXISTS version (version integer NOT NULL)");
        var version = Convert.ToInt32(Scalar(connection, "SELECT coalesce(max(version), 0) FROM version"), CultureInfo.InvariantCulture);
        if (version > steps.Count)
        {
            throw new StoreException(
                StoreFailure.TooNew,
                $"The schema {schema} has version {version}, this program knows versions up to {steps.Count}; use the newer program.");
        }

        foreach (var step in steps.Skip(version))
        {
            Execute(connection, step);
        }

        if (version < steps.Count)
        {
            Execute(connection, $"DELETE FROM version; INSERT INTO version VALUES ({steps.Count})");
        }

        transaction.Commit();
    }

    public static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public static object Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar()!;
    }
}
