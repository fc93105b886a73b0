using System.Data.Common;
using System.Globalization;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Store;

namespace P2Panda.Bridge.Traffic;

/// <summary>
/// What outlives a restart of the traffic policy, in tables beside the logs: rules that were set while the gateway ran, and the quarantine.
/// Gateways that share a database each have their own.
/// </summary>
/// <param name="tables">The database.</param>
/// <param name="gateway">Name of this gateway among those that share it.</param>
public sealed class TrafficTables(IStoreTables tables, string gateway)
{
    private const string Create = """
        CREATE TABLE IF NOT EXISTS bridge_rules (gateway TEXT NOT NULL PRIMARY KEY, rules TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS bridge_quarantine (
            gateway TEXT NOT NULL, id {bytes} NOT NULL, direction {int} NOT NULL, format {int} NOT NULL, author {bytes} NOT NULL,
            log_id {bytes} NOT NULL, seq TEXT NOT NULL, schema TEXT, bytes {int} NOT NULL, reason {int} NOT NULL, refused {int} NOT NULL,
            released {int} NOT NULL, entry {bytes}, operation {bytes}, PRIMARY KEY (gateway, id, direction));
        """;

    /// <summary>Makes the tables where they are missing.</summary>
    /// <exception cref="StoreException">The database failed.</exception>
    public Task EnsureAsync(CancellationToken cancellation = default)
    {
        var isPostgres = tables.Dialect == SqlDialect.Postgres;
        var sql = Create.Replace("{bytes}", isPostgres ? "bytea" : "BLOB", StringComparison.Ordinal)
            .Replace("{int}", isPostgres ? "bigint" : "INTEGER", StringComparison.Ordinal);
        return tables.WriteAsync(connection => Execute(connection, sql), cancellation);
    }

    /// <summary>The rules that were set while a gateway ran, as they were given to <see cref="WriteRulesAsync"/>.</summary>
    /// <exception cref="StoreException">The database failed.</exception>
    public Task<string?> ReadRulesAsync(CancellationToken cancellation = default) => tables.ReadAsync(
        connection =>
        {
            using var command = Command(connection, "SELECT rules FROM bridge_rules WHERE gateway = @1", gateway);
            return command.ExecuteScalar() as string;
        },
        cancellation);

    /// <summary>Keeps rules; none to forget them. Durable on return.</summary>
    /// <exception cref="StoreException">The database failed.</exception>
    public Task WriteRulesAsync(string? rules, CancellationToken cancellation = default) => tables.WriteAsync(
        connection =>
        {
            Execute(connection, "DELETE FROM bridge_rules WHERE gateway = @1", gateway);
            return rules is null ? 0 : Execute(connection, "INSERT INTO bridge_rules (gateway, rules) VALUES (@1, @2)", gateway, rules);
        },
        cancellation);

    /// <summary>Everything in the quarantine. What a newer program wrote and this one cannot read is left out.</summary>
    /// <exception cref="StoreException">The database failed.</exception>
    public Task<IReadOnlyList<QuarantinedEntry>> ReadQuarantineAsync(CancellationToken cancellation = default) => tables.ReadAsync<IReadOnlyList<QuarantinedEntry>>(
        connection =>
        {
            using var command = Command(
                connection,
                "SELECT id, direction, format, author, log_id, seq, schema, bytes, reason, refused, released, entry, operation"
                + " FROM bridge_quarantine WHERE gateway = @1",
                gateway);
            using var reader = command.ExecuteReader();
            var entries = new List<QuarantinedEntry>();
            while (reader.Read())
            {
                if (Read(reader) is { } entry)
                {
                    entries.Add(entry);
                }
            }

            return entries;
        },
        cancellation);

    /// <summary>Writes down what has changed in a quarantine since the last call. When it fails, the next call tries again.</summary>
    /// <exception cref="StoreException">The database failed.</exception>
    public async Task WriteAsync(Quarantine quarantine, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(quarantine);
        var (present, gone) = quarantine.TakeChanges();
        if (present.Count + gone.Count == 0)
        {
            return;
        }

        var keys = present.Select(entry => (entry.Id, entry.Direction)).Concat(gone).ToList();
        try
        {
            await tables.WriteAsync(
                connection =>
                {
                    foreach (var (id, direction) in keys)
                    {
                        Execute(
                            connection,
                            "DELETE FROM bridge_quarantine WHERE gateway = @1 AND id = @2 AND direction = @3",
                            gateway,
                            id.Bytes.ToArray(),
                            (long)direction);
                    }

                    foreach (var entry in present)
                    {
                        Insert(connection, entry);
                    }

                    return keys.Count;
                },
                cancellation).ConfigureAwait(false);
        }
        catch
        {
            quarantine.PutBack(keys);
            throw;
        }
    }

    private static QuarantinedEntry? Read(DbDataReader row)
    {
        var (direction, reason) = ((TrafficDirection)row.GetInt64(1), (TrafficRefusal)row.GetInt64(8));
        var format = (LogFormat)row.GetInt64(2);
        var author = (byte[])row.GetValue(3);
        var schemaText = row.IsDBNull(6) ? null : row.GetString(6);
        if (!Enum.IsDefined(direction) || !Enum.IsDefined(reason) || !Enum.IsDefined(format) || author.Length != PublicKey.Length
            || !ulong.TryParse(row.GetString(5), NumberStyles.None, CultureInfo.InvariantCulture, out var sequenceNumber))
        {
            return null;
        }

        return new QuarantinedEntry(
            EntryId.FromBytes((byte[])row.GetValue(0)),
            new LogKey(format, new PublicKey(author), LogId.FromBytes((byte[])row.GetValue(4))),
            sequenceNumber,
            schemaText is not null && SchemaId.TryParse(schemaText, out var schema) ? schema : null,
            (int)row.GetInt64(7),
            direction,
            reason,
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)))
        {
            IsReleased = row.GetInt64(10) != 0,
            Content = row.IsDBNull(11) || row.IsDBNull(12) ? null : ((byte[])row.GetValue(11), (byte[])row.GetValue(12)),
        };
    }

    private static int Execute(DbConnection connection, string sql, params object[] values)
    {
        using var command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    private static DbCommand Command(DbConnection connection, string sql, params object[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this file; values go in as parameters
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@{i + 1}");
            parameter.Value = values[i];
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private void Insert(DbConnection connection, QuarantinedEntry entry) => Execute(
        connection,
        "INSERT INTO bridge_quarantine"
        + " (gateway, id, direction, format, author, log_id, seq, schema, bytes, reason, refused, released, entry, operation)"
        + " VALUES (@1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14)",
        gateway,
        entry.Id.Bytes.ToArray(),
        (long)entry.Direction,
        (long)entry.Log.Format,
        entry.Log.Author.Bytes.ToArray(),
        entry.Log.LogId.Bytes.ToArray(),
        entry.SequenceNumber.ToString(CultureInfo.InvariantCulture),
        (object?)entry.Schema?.Text ?? DBNull.Value,
        (long)entry.Bytes,
        (long)entry.Reason,
        entry.At.ToUnixTimeMilliseconds(),
        entry.IsReleased ? 1L : 0L,
        (object?)entry.Content?.Entry.ToArray() ?? DBNull.Value,
        (object?)entry.Content?.Operation.ToArray() ?? DBNull.Value);
}
