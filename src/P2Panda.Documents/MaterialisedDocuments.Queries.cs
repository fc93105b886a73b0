using System.Data.Common;
using Microsoft.Data.Sqlite;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Queries;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.States;
using P2Panda.Documents.Tables;
using P2Panda.Store;
using SQLitePCL;

namespace P2Panda.Documents;

/// <content>Reading documents.</content>
public sealed partial class MaterialisedDocuments
{
    /// <summary>How long one query may take.</summary>
    public static readonly TimeSpan MaxQueryTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a query waits for what was appended before it.</summary>
    private static readonly TimeSpan CatchUpPatience = TimeSpan.FromMilliseconds(300);

    private static readonly string[] BlobFields = ["length", "mime_type", "pieces"];

    private const string RecordSelect = "SELECT number, document, view_id, owner, schema FROM documents_views WHERE ";

    /// <summary>See <see cref="CollectionSql.DefaultFewDocuments"/>; tests take both ways.</summary>
    internal long FewDocuments { get; set; } = CollectionSql.DefaultFewDocuments;

    /// <summary>A page of a collection.</summary>
    /// <exception cref="DocumentQueryException">The query is not one, or took longer than the caller gave it.</exception>
    public Task<DocumentPage> QueryAsync(CollectionQuery query, CancellationToken cancellation = default) => QueryTablesAsync(
        sql =>
        {
            var schemas = _schemas;
            var schema = schemas.Find(query.Schema.Id)
                ?? throw new DocumentQueryException($"The schema {query.Schema.Id} is not known.");
            var holder = query.List is null ? null : schemas.Find(query.List.Holder.SchemaId);
            return new CollectionSql(sql, schema, query, FewDocuments).WithHolder(holder).Run(schemas);
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

    /// <summary>A file by its document; none when it is not known, is no file, or pieces are missing.</summary>
    public Task<BlobRecord?> FindBlobAsync(EntryId document, CancellationToken cancellation = default) => QueryTablesAsync(
        sql => BlobOf(sql, First(sql, BlobFields, $"{RecordSelect}document = @1 AND is_current = 1 AND is_deleted = 0", ValueKey.Of(document))),
        cancellation);

    /// <summary>A file by a view of its document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="viewId">The view.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<BlobRecord?> FindBlobAsync(EntryId document, DocumentViewId viewId, CancellationToken cancellation = default) => QueryTablesAsync(
        sql => BlobOf(sql, First(
            sql,
            BlobFields,
            $"{RecordSelect}document = @1 AND is_deleted = 0 AND view_id = @2",
            ValueKey.Of(document),
            ValueKey.Of(viewId))),
        cancellation);

    /// <summary>Opens a file for reading, also from its middle.</summary>
    public Stream OpenBlob(BlobRecord blob) => new BlobStream(blob, ReadPieceAsync);

    /// <summary>What is known of a document; none when nothing is.</summary>
    public Task<DocumentState?> FindStateAsync(EntryId document, CancellationToken cancellation = default) =>
        QueryTablesAsync(sql => new StateQueries(sql, _schemas).Find(document), cancellation);

    /// <summary>When the newest entry of an author came in; none when no entry did.</summary>
    public Task<AuthorState?> FindAuthorAsync(PublicKey author, CancellationToken cancellation = default) =>
        QueryTablesAsync(sql => new StateQueries(sql, _schemas).Authors([author]).FirstOrDefault(), cancellation);

    /// <summary>
    /// Documents that changed after a number, each with its newest change only, in the order of these. A page that is shorter than the limit
    /// goes to the end.
    /// </summary>
    public Task<IReadOnlyList<DocumentChange>> FindChangesAsync(long after, int limit, CancellationToken cancellation = default) =>
        QueryTablesAsync<IReadOnlyList<DocumentChange>>(sql => new StateQueries(sql, _schemas).Changes(after, limit), cancellation);

    /// <summary>Stored operations, and documents that show something now.</summary>
    public Task<(long Operations, long Documents)> CountAsync(CancellationToken cancellation = default) => QueryTablesAsync(
        sql => (
            sql.Scalar("SELECT count(*) FROM documents_operations"),
            sql.Scalar("SELECT count(*) FROM documents_views WHERE is_current = 1 AND is_deleted = 0")),
        cancellation);

    private static BlobRecord? BlobOf(SqlSession sql, DocumentRecord? document)
    {
        if (document is null || document.SchemaId != SchemaId.Blob)
        {
            return null;
        }

        var pieces = new List<BlobPiece>();
        var length = 0L;
        foreach (var ids in document.Fields["pieces"].AsIdListList)
        {
            var found = sql.Query(
                "SELECT f.value, f.folded, f.set_by FROM documents_views v JOIN documents_fields f ON f.number = v.number " +
                "WHERE v.document = (SELECT document FROM documents_operations WHERE operation = @1) AND v.view_id = @2 " +
                "AND v.schema = @3 AND v.is_deleted = 0",
                row => (
                    Value: row.GetFieldValue<byte[]>(0),
                    Length: row.IsDBNull(1) ? (long?)null : ValueKey.ToInteger(row.GetFieldValue<byte[]>(1)),
                    SetBy: row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2)),
                ValueKey.Of(ids[0]),
                ValueKey.Of(ids),
                SchemaSet.NumberOfSystem(SchemaId.BlobPiece));
            if (found.Count == 0)
            {
                return null;
            }

            var (value, longLength, setBy) = found[0];
            pieces.Add(new BlobPiece(length, longLength ?? value.Length, setBy is null ? value : null, setBy));
            length += longLength ?? value.Length;
        }

        return length == document.Fields["length"].AsInteger
            ? new BlobRecord(document.ViewId, document.Fields["mime_type"].AsString, length) { Pieces = pieces }
            : null;
    }

    private async Task<byte[]> ReadPieceAsync(BlobPiece piece, CancellationToken cancellation)
    {
        if (piece.Inline is { } inline)
        {
            return inline;
        }

        var payload = await QueryTablesAsync(
            sql => sql.Query(
                "SELECT payload FROM documents_operations WHERE operation = @1", row => row.GetFieldValue<byte[]>(0), piece.Operation),
            cancellation).ConfigureAwait(false);
        return payload.Count == 1 && Operation.Decode(payload[0]).Operation!.Fields!.TryGetValue("data", out var data)
            ? data.AsBytes.ToArray()
            : throw new IOException("A piece of the file is gone.");
    }

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
        await CatchUpBrieflyAsync(cancellation).ConfigureAwait(false);
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

    /// <summary>Who has just published wants to see it. With much to take in, what is there has to do.</summary>
    private async Task CatchUpBrieflyAsync(CancellationToken cancellation)
    {
        if (ReadTo >= _store.LastChange)
        {
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(CatchUpPatience);
        try
        {
            await CatchUpAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Others go on taking it in.
        }
    }

    private T Interruptible<T>(DbConnection connection, Func<SqlSession, T> read, CancellationToken time)
    {
        var sql = On(connection);
        if (connection is not SqliteConnection sqlite)
        {
            // The server keeps the time, with a little more of it than we do. And pages are read along an index, however few documents its planner believes there are.
            sql.Script($"SET LOCAL statement_timeout = {(long)MaxQueryTime.TotalMilliseconds + 100}; SET LOCAL enable_sort = off; SET LOCAL jit = off");
            return read(sql);
        }

        // Leaving the block waits for an interruption that is under way: it must not reach the connection's next user.
        using var interruption = time.Register(() => raw.sqlite3_interrupt(sqlite.Handle));
        return read(sql);
    }
}
