using Npgsql;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;
using static P2Panda.Store.Postgres.PostgresColumns;

namespace P2Panda.Store.Postgres;

/// <summary>Queries on pooled connections. Each exists once and runs synchronously for the air's view, asynchronously for the rest.</summary>
internal sealed class PostgresReader(NpgsqlDataSource source, string gateway, int maxReadBytes)
{
    private const string Entries = $"SELECT {Entry} FROM entries e JOIN logs l ON l.number = e.log WHERE e.entry IS NOT NULL AND ";

    public async ValueTask<StoredEntry?> ReadAsync(bool isAsync, LogState log, ulong sequenceNumber, CancellationToken cancellation) =>
        (await QueryAsync(
            isAsync, Entries + "e.log = $1 AND e.seq = $2", [log.Row, Ordered(sequenceNumber)], ReadEntry, cancellation)
            .ConfigureAwait(false)).FirstOrDefault();

    public async ValueTask<StoredEntry?> ReadAsync(LogFormat format, EntryId id, CancellationToken cancellation) =>
        (await QueryAsync(
            isAsync: true, Entries + "e.id = $1 AND e.format = $2", [id.Bytes.ToArray(), (short)format], ReadEntry, cancellation)
            .ConfigureAwait(false)).FirstOrDefault();

    public ValueTask<List<StoredEntry>> RangeAsync(LogState log, ulong from, int limit, CancellationToken cancellation) =>
        QueryAsync(isAsync: true, Bounded("log = $1 AND seq >= $2", "seq"), [log.Row, Ordered(from), limit], ReadEntry, cancellation);

    public ValueTask<List<StoredEntry>> ChangesAsync(long after, long last, int limit, CancellationToken cancellation) =>
        QueryAsync(isAsync: true, Bounded("change > $1 AND change <= $2", "change"), [after, last, limit], ReadEntry, cancellation);

    public ValueTask<List<ForkEvidence>> ForksAsync(long after, long last, int limit, CancellationToken cancellation) => QueryAsync(
        isAsync: true,
        $"SELECT {Fork} FROM forks WHERE change > $1 AND change <= $2 AND seq IS NOT NULL ORDER BY change LIMIT $3",
        [after, last, limit],
        ReadFork,
        cancellation);

    public EntryId FindId(LogState log, ulong sequenceNumber) => Query(
        "SELECT id FROM entries WHERE log = $1 AND seq = $2", [log.Row, Ordered(sequenceNumber)], row => row.ReadId(0)).FirstOrDefault();

    public (LogKey Log, ulong SequenceNumber)? FindPosition(EntryId id) => Query(
        "SELECT l.format, l.author, l.log_id, e.seq FROM entries e JOIN logs l ON l.number = e.log WHERE e.id = $1 LIMIT 1",
        [id.Bytes.ToArray()],
        row => ((LogKey, ulong)?)(row.ReadLogKey(0), row.ReadOrdered(3))).FirstOrDefault();

    public byte[]? Mark(MarkKind kind, byte[] name) => Query(
        "SELECT value FROM marks WHERE gateway = $1 AND kind = $2 AND name = $3",
        [gateway, (short)kind, name],
        row => row.GetFieldValue<byte[]>(0)).FirstOrDefault();

    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Marks(MarkKind kind) => Query(
        "SELECT name, value FROM marks WHERE gateway = $1 AND kind = $2 ORDER BY name",
        [gateway, (short)kind],
        row => KeyValuePair.Create(row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)));

    /// <summary>Runs a query whose rows are read before it returns.</summary>
    public static async ValueTask<List<T>> QueryAsync<T>(
        bool isAsync, NpgsqlConnection connection, string sql, object[] values, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        var rows = new List<T>();
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(Parameter(value));
        }

        var reader = isAsync ? await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false) : command.ExecuteReader();
        await using (reader.ConfigureAwait(false))
        {
            while (isAsync ? await reader.ReadAsync(cancellation).ConfigureAwait(false) : reader.Read())
            {
                rows.Add(read(reader));
            }
        }

        return rows;
    }

    /// <summary>
    /// A page of entries that ends early when they are large. The server adds up the sizes, so that large rows beyond the end never leave
    /// it. The last parameter is the row limit.
    /// </summary>
    private string Bounded(string where, string order)
    {
        var limit = where.Contains("$3", StringComparison.Ordinal) ? "$4" : "$3";
        return $"""
            SELECT {Entry} FROM (
                SELECT *, sum(size) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) - size AS before FROM (
                    SELECT *, octet_length(entry) + coalesce(octet_length(payload), 0) AS size FROM entries
                    WHERE {where} AND entry IS NOT NULL ORDER BY {order} LIMIT {limit}) sized) e
            JOIN logs l ON l.number = e.log WHERE e.before < {maxReadBytes} ORDER BY e.{order}
            """;
    }

    private List<T> Query<T>(string sql, object[] values, Func<NpgsqlDataReader, T> read) =>
        QueryAsync(isAsync: false, sql, values, read, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private async ValueTask<List<T>> QueryAsync<T>(
        bool isAsync, string sql, object[] values, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        var connection = isAsync ? await source.OpenConnectionAsync(cancellation).ConfigureAwait(false) : source.OpenConnection();
        await using (connection.ConfigureAwait(false))
        {
            return await QueryAsync(isAsync, connection, sql, values, read, cancellation).ConfigureAwait(false);
        }
    }
}
