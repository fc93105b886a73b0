using System.Data.Common;
using Microsoft.Data.Sqlite;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Queries;
using P2Panda.Documents.Tables;
using P2Panda.Store;
using SQLitePCL;

namespace P2Panda.Documents;

/// <content>Reading documents.</content>
public sealed partial class MaterialisedDocuments
{
    /// <summary>How long one query may take.</summary>
    public static readonly TimeSpan MaxQueryTime = TimeSpan.FromSeconds(5);

    private const string RecordSelect = "SELECT number, document, view_id, owner, schema FROM documents_views WHERE ";

    /// <summary>A page of a collection.</summary>
    /// <exception cref="DocumentQueryException">The query is not one, or took longer than the caller gave it.</exception>
    public Task<DocumentPage> QueryAsync(CollectionQuery query, CancellationToken cancellation = default) => QueryTablesAsync(
        sql =>
        {
            var schemas = _schemas;
            var schema = schemas.Find(query.Schema.Id)
                ?? throw new DocumentQueryException($"The schema {query.Schema.Id} is not known.");
            var holder = query.List is null ? null : schemas.Find(query.List.Holder.SchemaId);
            return new CollectionSql(sql, schema, query).WithHolder(holder).Run(schemas);
        },
        cancellation);

    /// <summary>A document as it is now; none when it is not known, deleted or follows no known schema.</summary>
    public Task<DocumentRecord?> FindAsync(EntryId document, IReadOnlyCollection<string> fields, CancellationToken cancellation = default) =>
        QueryTablesAsync(
            sql => First(sql, fields, $"{RecordSelect}document = @1 AND is_current = 1 AND is_deleted = 0", ValueKey.Of(document)),
            cancellation);

    /// <summary>A view: the current one of its document, or an older one that another document pins.</summary>
    public Task<DocumentRecord?> FindAsync(
        DocumentViewId viewId, IReadOnlyCollection<string> fields, CancellationToken cancellation = default) => QueryTablesAsync(
            sql => First(
                sql,
                fields,
                $"{RecordSelect}is_deleted = 0 AND view_id = @1 AND document = (SELECT document FROM documents_operations WHERE operation = @2)",
                ValueKey.Of(viewId),
                ValueKey.Of(viewId.OperationIds[0])),
            cancellation);

    private DocumentRecord? First(SqlSession sql, IReadOnlyCollection<string> fields, string select, params ReadOnlySpan<object?> values)
    {
        var schemas = _schemas;
        var records = sql.Query(
            select,
            row => schemas.Find(row.GetInt64(4)) is { } known
                ? new DocumentRecord(
                    row.GetInt64(0),
                    ValueKey.ToEntryId(row.GetFieldValue<byte[]>(1)),
                    ValueKey.ToView(row.GetFieldValue<byte[]>(2)),
                    new PublicKey(row.GetFieldValue<byte[]>(3)),
                    known.Schema.Id)
                : null,
            values).OfType<DocumentRecord>().Take(1).ToList();
        new FieldReader(sql, schemas).Fill(records, fields);
        return records.FirstOrDefault();
    }

    /// <summary>Runs queries that end when their time is over, also in the middle of a statement.</summary>
    /// <exception cref="DocumentQueryException">They took longer than <see cref="MaxQueryTime"/>.</exception>
    private async Task<T> QueryTablesAsync<T>(Func<SqlSession, T> read, CancellationToken cancellation)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        time.CancelAfter(MaxQueryTime);
        try
        {
            return await _tables.ReadAsync(connection => Interruptible(connection, read, time.Token), cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (time.IsCancellationRequested && exception is DbException or StoreException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new DocumentQueryException($"The query took longer than {MaxQueryTime.TotalSeconds} s.");
        }
    }

    private T Interruptible<T>(DbConnection connection, Func<SqlSession, T> read, CancellationToken time)
    {
        var sql = On(connection);
        if (connection is not SqliteConnection sqlite)
        {
            // The server keeps the time, with a little more of it than we do.
            sql.Script($"SET LOCAL statement_timeout = {(long)MaxQueryTime.TotalMilliseconds + 100}");
            return read(sql);
        }

        // Leaving the block waits for an interruption that is under way: it must not reach the connection's next user.
        using var interruption = time.Register(() => raw.sqlite3_interrupt(sqlite.Handle));
        return read(sql);
    }
}
