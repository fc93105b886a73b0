using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Indexing;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.States;

/// <summary>Answers what is known of documents and what has changed.</summary>
internal sealed class StateQueries(SqlSession sql, SchemaSet schemas)
{
    /// <summary>Most waiting operations that are told of.</summary>
    private const int MaxWaiting = 1000;

    public DocumentState? Find(EntryId id)
    {
        var rows = new DocumentReader(sql).Operations([id])[id].ToList();
        if (rows.Count == 0)
        {
            return null;
        }

        var schemaId = rows.FirstOrDefault(row => row.Id == id)?.Operation.SchemaId;
        var view = sql.Query(
            "SELECT view_id, is_deleted FROM documents_views WHERE document = @1 AND is_current = 1",
            row => (ViewId: ValueKey.ToView(row.GetFieldValue<byte[]>(0)), IsDeleted: row.GetInt64(1) != 0),
            ValueKey.Of(id)).FirstOrDefault();

        // What waits for its first predecessor does not say which document it belongs to, but an author's log belongs to one.
        var waiting = rows.Where(row => row.Position is null).Concat(sql.Query(
            $"SELECT {OperationRow.Columns} FROM (SELECT w.* FROM documents_logs l " +
            "JOIN documents_operations w ON w.author = l.author AND w.log_id = l.log_id " +
            "WHERE l.document = @1 AND w.position IS NULL AND w.document IS NULL LIMIT @2) waiting",
            OperationRow.Read,
            ValueKey.Of(id),
            (long)MaxWaiting)).Take(MaxWaiting).ToList();
        var missing = Missing(waiting);
        var authors = rows.Concat(waiting).Select(row => row.Author).Distinct().ToList();
        return new DocumentState(
            id,
            schemaId,
            schemaId is not null && schemas.Find(schemaId) is not null,
            view.ViewId,
            view.IsDeleted,
            rows.Count(row => row.Position is not null),
            [
                .. waiting.Select(row => new WaitingOperation(row.Id, row.Author, [.. Previous(row).Where(missing.Contains)]))
                    .Where(operation => operation.Missing.Count > 0),
            ],
            Authors(authors));
    }

    public List<DocumentChange> Changes(long after, int limit) => [.. sql.Query(
        "SELECT changed, document, view_id, schema, is_deleted FROM documents_views WHERE is_current = 1 AND changed > @1 " +
        "ORDER BY changed LIMIT @2",
        row => (
            Number: row.GetInt64(0),
            Document: ValueKey.ToEntryId(row.GetFieldValue<byte[]>(1)),
            ViewId: ValueKey.ToView(row.GetFieldValue<byte[]>(2)),
            Schema: schemas.Find(row.GetInt64(3)),
            IsDeleted: row.GetInt64(4) != 0),
        after,
        (long)limit).Where(row => row.Schema is not null).Select(row => new DocumentChange(
            row.Number, row.Document, row.ViewId, row.Schema!.Schema.Id, row.IsDeleted))];

    public List<AuthorState> Authors(IReadOnlyCollection<PublicKey> authors) => sql.QueryEach(
        "SELECT author, heard FROM documents_authors WHERE author = @key",
        authors.Select(author => author.Bytes.ToArray()).ToList(),
        row => new AuthorState(
            new PublicKey(row.GetFieldValue<byte[]>(0)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))));

    private static IReadOnlyList<EntryId> Previous(OperationRow row) => row.Operation.Previous?.OperationIds ?? [];

    private HashSet<EntryId> Missing(List<OperationRow> waiting)
    {
        var missing = waiting.SelectMany(Previous).ToHashSet();
        missing.ExceptWith(sql.QueryEach(
            "SELECT operation FROM documents_operations WHERE operation = @key",
            missing.Select(ValueKey.Of).ToList(),
            row => ValueKey.ToEntryId(row.GetFieldValue<byte[]>(0))));
        return missing;
    }
}
