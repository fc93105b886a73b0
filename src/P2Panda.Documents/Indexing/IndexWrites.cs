using P2Panda.Core.Logs;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Indexing;

/// <summary>Gathers rows, so that a database at a distance gets them in a few statements.</summary>
internal sealed class IndexWrites(SqlSession sql)
{
    private readonly List<object?[]> _operations = [];
    private readonly List<object?[]> _logRows = [];
    private readonly List<object?[]> _views = [];
    private readonly List<object?[]> _removed = [];
    private readonly List<object?[]> _fields = [];
    private readonly List<object?[]> _pending = [];

    public Dictionary<EntryId, StoredView> CurrentViews(IReadOnlyCollection<EntryId> documents) => sql
        .QueryEach(
            "SELECT document, number, view_id, is_deleted FROM documents_views WHERE is_current = 1 AND document = @key",
            documents.Select(ValueKey.Of).ToList(),
            row => (
                Document: ValueKey.ToEntryId(row.GetFieldValue<byte[]>(0)),
                View: new StoredView(row.GetInt64(1), ValueKey.ToView(row.GetFieldValue<byte[]>(2)), row.GetInt64(3) != 0)))
        .ToDictionary(row => row.Document, row => row.View);

    public void Heard(IReadOnlyList<IncomingOperation> incoming) => sql.Insert(
        DocumentTables.Authors,
        [
            .. incoming.GroupBy(operation => operation.Log.Author).Select(author => new object?[]
            {
                author.Key.Bytes.ToArray(),
                author.Max(operation => operation.ReceivedAt).ToUnixTimeMilliseconds(),
            }),
        ],
        "(author) DO UPDATE SET heard = excluded.heard WHERE excluded.heard > documents_authors.heard");

    /// <param name="row">The operation.</param>
    /// <param name="schema">Number of the schema it names.</param>
    /// <param name="isLogKnown">Whether another operation of its log is known to belong to the document.</param>
    public void Operation(OperationRow row, long schema, bool isLogKnown = false)
    {
        byte[] author = row.Author.Bytes.ToArray(), log = row.LogId.Bytes.ToArray();
        var document = row.Document is { } id ? ValueKey.Of(id) : null;
        _operations.Add(
        [
            ValueKey.Of(row.Id),
            document,
            schema,
            author,
            log,
            OperationRow.ToOrdered(row.SequenceNumber),
            (long)row.Operation.Action,
            (long?)row.Position,
            row.WaitsFor is { } first ? ValueKey.Of(first) : null,
            row.Operation.EncodedBytes.ToArray(),
        ]);
        if (document is not null && !isLogKnown)
        {
            _logRows.Add([author, log, document]);
        }
    }

    public void Pending(EntryId document, long schema) => _pending.Add([ValueKey.Of(document), schema]);

    /// <summary>The rows that current views have now, by view.</summary>
    public ILookup<long, FieldRow> StoredFields(IReadOnlyCollection<long> views) => sql
        .QueryEach("SELECT number, field, item, value, sort FROM documents_fields WHERE number = @key", views, FieldRow.Read)
        .ToLookup(row => row.Number);

    /// <summary>What a document looks like now; of its fields only what differs from what is stored is written.</summary>
    public void CurrentView(
        long number, IndexedDocument document, DocumentView view, KnownSchema known, long changed, IEnumerable<FieldRow> stored)
    {
        ViewRow(number, document, view, known, changed, isCurrent: true);
        var left = stored.ToDictionary(row => (row.Field, row.Item));
        foreach (var row in DocumentRows.Fields(number, view, known, document.Find, isCurrent: true))
        {
            if (!left.Remove(((long)row[1]!, (long)row[2]!), out var old) || !old.IsSame(row))
            {
                _fields.Add(row);
            }
        }

        _removed.AddRange(left.Keys.Select(place => new object?[] { number, place.Field, place.Item }));
    }

    public void OlderView(long number, IndexedDocument document, DocumentView view, KnownSchema known)
    {
        ViewRow(number, document, view, known, changed: 0, isCurrent: false);
        _fields.AddRange(DocumentRows.Fields(number, view, known, document.Find, isCurrent: false));
    }

    public void Drop(IReadOnlyCollection<long> views)
    {
        sql.ExecuteEach("DELETE FROM documents_views WHERE number = @key", views);
        sql.ExecuteEach("DELETE FROM documents_fields WHERE number = @key", views);
    }

    public void State(FeedState state) => sql.Execute(
        "UPDATE documents_state SET read_to = @1, last_view = @2, last_change = @3, last_schema = @4, schemas_revision = @5, refused = @6",
        state.ReadTo,
        state.LastView,
        state.LastChange,
        state.LastSchema,
        state.SchemasRevision,
        state.Refused);

    public void Flush()
    {
        sql.Insert(
            DocumentTables.Operations,
            _operations,
            "(operation) DO UPDATE SET document = excluded.document, position = excluded.position, waits_for = excluded.waits_for");
        sql.Insert(DocumentTables.Logs, _logRows, "DO NOTHING");
        foreach (var place in _removed)
        {
            sql.Execute("DELETE FROM documents_fields WHERE number = @1 AND field = @2 AND item = @3", place);
        }

        sql.Insert(
            DocumentTables.Views,
            _views,
            "(number) DO UPDATE SET view_id = excluded.view_id, is_deleted = excluded.is_deleted, is_edited = excluded.is_edited, " +
            "changed = excluded.changed");
        sql.Insert(
            DocumentTables.Fields,
            _fields,
            "(number, field, item) DO UPDATE SET value = excluded.value, folded = excluded.folded, sort = excluded.sort, set_by = excluded.set_by");
        sql.Insert(DocumentTables.Pending, _pending, "(document) DO UPDATE SET schema = excluded.schema");
        _operations.Clear();
        _logRows.Clear();
        _removed.Clear();
        _views.Clear();
        _fields.Clear();
        _pending.Clear();
    }

    private void ViewRow(long number, IndexedDocument document, DocumentView view, KnownSchema known, long changed, bool isCurrent) =>
        _views.Add(
        [
            number,
            ValueKey.Of(document.Id),
            ValueKey.Of(view.ViewId),
            known.Number,
            document.Owner.Bytes.ToArray(),
            isCurrent ? 1L : 0L,
            view.IsDeleted ? 1L : 0L,
            document.HasEdits(view) ? 1L : 0L,
            changed,
        ]);
}
