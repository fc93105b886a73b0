using System.Numerics;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Indexing;

/// <summary>
/// Takes a batch of operations into the tables, inside one transaction. The documents they belong to are folded again from all of their
/// operations, so a batch costs in proportion to its documents, and what the tables say depends on the set of operations only.
/// </summary>
internal sealed class DocumentIndexer
{
    /// <summary>
    /// PostgreSQL is told to look at the tables at this change and each time there are twice as many; it would by itself, but only after a
    /// minute.
    /// </summary>
    private const long ChangesBeforeStatistics = 1000;

    private readonly SqlSession _sql;
    private readonly DocumentReader _reader;
    private readonly Dictionary<SchemaId, long> _schemaNumbers = [];
    private readonly HashSet<EntryId> _touchedDefinitions = [];
    private readonly HashSet<SchemaId> _newSchemas = [];
    private readonly IndexWrites _writes;
    private SchemaSet _schemas;
    private FeedState _state;
    private bool _haveSchemasChanged;
    private bool _haveFieldDefinitionsChanged;

    public DocumentIndexer(SqlSession sql, SchemaSet? schemas)
    {
        _sql = sql;
        _reader = new DocumentReader(sql);
        _writes = new IndexWrites(sql);
        _state = _reader.State();
        _schemas = schemas?.Revision == _state.SchemasRevision ? schemas : _reader.Schemas(_state.SchemasRevision, schemas);
    }

    /// <summary>Takes operations in, and documents that wait to be looked at.</summary>
    /// <param name="incoming">Operations in the order of the feed; known ones change nothing.</param>
    /// <param name="refused">Entries that were no operations.</param>
    /// <param name="readFrom">Where the feed was read from.</param>
    /// <param name="readTo">How far it was read.</param>
    /// <param name="maxPending">Documents to look at beside those of the operations.</param>
    public IndexingResult Apply(IReadOnlyList<IncomingOperation> incoming, int refused, long readFrom, long readTo, int maxPending)
    {
        if (_state.ReadTo != readFrom)
        {
            return new IndexingResult(false, _state, _schemas, HasPending());
        }

        _writes.Heard(incoming);
        var rows = Resolve(WithoutKnown(incoming));
        foreach (var row in rows.Where(row => row.Document is null))
        {
            _writes.Operation(row, NumberOf(row.Operation.SchemaId));
        }

        var documents = Load(rows.Where(row => row.Document is not null), TakePending(maxPending));
        var definitions = documents.Where(IsDefinition).ToList();
        Process(definitions);
        LearnSchemas();
        Process(documents.Except(definitions));
        LearnSchemas();
        _state = _state with
        {
            ReadTo = readTo,
            Refused = _state.Refused + refused,
            SchemasRevision = _state.SchemasRevision + (_haveSchemasChanged ? 1 : 0),
        };
        if (_haveSchemasChanged)
        {
            _schemas = _reader.Schemas(_state.SchemasRevision, _schemas);
        }

        _writes.State(_state);
        if (_sql.Dialect == Store.SqlDialect.Postgres && Doublings(readFrom) != Doublings(readTo))
        {
            _sql.Script("ANALYZE documents_operations, documents_views, documents_fields, documents_logs");
        }

        return new IndexingResult(true, _state, _schemas, HasPending());
    }

    private static int Doublings(long change) => BitOperations.Log2((ulong)(change / ChangesBeforeStatistics));

    private static bool IsDefinition(IndexedDocument document) =>
        document.SchemaId == SchemaId.SchemaDefinition || document.SchemaId == SchemaId.SchemaFieldDefinition;

    private bool HasPending() => _sql.Query("SELECT 1 FROM documents_pending WHERE schema IS NULL LIMIT 1", _ => true).Count > 0;

    /// <summary>A known create would look like a new document; that other operations are known shows when their document is read.</summary>
    private List<OperationRow> WithoutKnown(IReadOnlyList<IncomingOperation> incoming)
    {
        var fresh = incoming.DistinctBy(operation => operation.Id).ToList();
        var known = _sql.QueryEach(
            "SELECT operation FROM documents_operations WHERE operation = @key",
            fresh.Where(operation => operation.Operation.Previous is null).Select(operation => ValueKey.Of(operation.Id)).ToList(),
            row => ValueKey.ToEntryId(row.GetFieldValue<byte[]>(0))).ToHashSet();
        return [.. fresh.Where(operation => !known.Contains(operation.Id)).Select(OperationRow.From)];
    }

    /// <summary>
    /// Finds the documents of new operations, and of stored ones that waited for these: an operation belongs to the document of the first
    /// it is built upon.
    /// </summary>
    private List<OperationRow> Resolve(List<OperationRow> fresh)
    {
        var all = fresh.ToList();
        var inBatch = fresh.ToDictionary(row => row.Id);
        var successors = fresh.Where(row => row.Operation.Previous is not null).ToLookup(row => row.Operation.Previous!.OperationIds[0]);
        var parents = _reader.DocumentsOf(successors.Select(group => group.Key).Where(id => !inBatch.ContainsKey(id)));
        var open = new Queue<OperationRow>();
        foreach (var row in fresh)
        {
            if (row.Operation.Previous is not { } previous)
            {
                Settle(row, row.Id);
            }
            else if (parents.TryGetValue(previous.OperationIds[0], out var document))
            {
                Settle(row, document);
            }
            else
            {
                row.WaitsFor = previous.OperationIds[0];
            }
        }

        while (open.Count > 0)
        {
            var settled = new Dictionary<EntryId, EntryId>();
            while (open.TryDequeue(out var row))
            {
                settled.Add(row.Id, row.Document!.Value);
                foreach (var successor in successors[row.Id].Where(successor => successor.Document is null))
                {
                    Settle(successor, row.Document.Value);
                }
            }

            var waiting = _sql.QueryEach(
                $"SELECT {OperationRow.Columns} FROM documents_operations WHERE waits_for = @key",
                settled.Keys.Select(ValueKey.Of).ToList(),
                OperationRow.Read);
            foreach (var row in waiting)
            {
                row.IsChanged = true;
                all.Add(row);
                Settle(row, settled[row.WaitsFor!.Value]);
            }
        }

        return all;

        void Settle(OperationRow row, EntryId document)
        {
            row.Document = document;
            row.WaitsFor = null;
            open.Enqueue(row);
        }
    }

    private List<EntryId> TakePending(int limit)
    {
        var taken = _sql.Query(
            "SELECT document FROM documents_pending WHERE schema IS NULL LIMIT @1", row => row.GetFieldValue<byte[]>(0), (long)limit);
        _sql.ExecuteEach("DELETE FROM documents_pending WHERE document = @key", taken);
        return taken.ConvertAll(ValueKey.ToEntryId);
    }

    private List<IndexedDocument> Load(IEnumerable<OperationRow> rows, IEnumerable<EntryId> pending)
    {
        // What was read while resolving is newer than what the table says.
        var settled = rows.ToLookup(row => row.Document!.Value);
        var ids = settled.Select(group => group.Key).Union(pending).ToList();
        var stored = _reader.Operations([.. ids.Where(id => !settled[id].Any(row => row.Id == id && row.IsNew))]);

        // A document whose create is new may still have stored operations: those that waited, which are among the settled.
        return ids.ConvertAll(id => new IndexedDocument(id, stored[id].Concat(settled[id])));
    }

    private void Process(IEnumerable<IndexedDocument> documents)
    {
        var batch = documents.ToList();
        var current = _writes.CurrentViews(batch.ConvertAll(document => document.Id));
        var fields = _writes.StoredFields([.. current.Values.Select(view => view.Number)]);
        var replaced = new List<(IndexedDocument Document, DocumentView View, StoredView? Old)>();
        foreach (var document in batch)
        {
            var schemaId = document.SchemaId;
            var known = schemaId is null ? null : _schemas.Find(schemaId);
            var view = known is null ? null : document.Materialise(known.Schema);
            document.Place(view);
            var logs = document.Rows.Where(row => !row.IsNew && row.WasPlaced).Select(row => (row.Author, row.LogId)).ToHashSet();
            foreach (var row in document.Rows.Where(row => row.IsNew || row.IsChanged))
            {
                _writes.Operation(row, NumberOf(row.Operation.SchemaId), isLogKnown: !logs.Add((row.Author, row.LogId)));
            }

            if (known is null && schemaId is not null)
            {
                _writes.Pending(document.Id, NumberOf(schemaId));
            }

            var old = current.GetValueOrDefault(document.Id);
            if (view is null || (old?.ViewId == view.ViewId && old.IsDeleted == view.IsDeleted))
            {
                continue;
            }

            var number = old?.Number ?? NextView();
            _state = _state with { LastChange = _state.LastChange + 1 };
            _writes.CurrentView(number, document, view, known!, _state.LastChange, fields[number]);
            replaced.Add((document, view, old));
            NoteDefinition(document, view);
        }

        _writes.Flush();
        SynchronisePins(replaced);
    }

    private long NextView()
    {
        _state = _state with { LastView = _state.LastView + 1 };
        return _state.LastView;
    }

    private long NumberOf(SchemaId id)
    {
        if (_schemaNumbers.TryGetValue(id, out var number))
        {
            return number;
        }

        number = Schema.TryGetSystem(id, out _) ? SchemaSet.NumberOfSystem(id) : RegisterSchema(id, isUsed: true, definedBy: null);
        _schemaNumbers.Add(id, number);
        return number;
    }

    private long RegisterSchema(SchemaId id, bool isUsed, EntryId? definedBy)
    {
        var stored = _sql.Query(
            "SELECT number, is_used, is_known FROM documents_schemas WHERE id = @1",
            row => (Number: row.GetInt64(0), IsUsed: row.GetInt64(1) != 0, IsKnown: row.GetInt64(2) != 0),
            id.Text);
        if (stored.Count == 0)
        {
            _state = _state with { LastSchema = _state.LastSchema + 1 };
            _sql.Insert(
                DocumentTables.Schemas,
                [
                    [
                        _state.LastSchema,
                        id.Text,
                        0L,
                        isUsed ? 1L : 0L,
                        0L,
                        id.ViewId is null ? null : ValueKey.Of(id.ViewId.OperationIds[0]),
                        definedBy is null ? null : ValueKey.Of(definedBy.Value),
                    ],
                ]);
            _newSchemas.Add(id);
            return _state.LastSchema;
        }

        if (isUsed && !stored[0].IsUsed)
        {
            _sql.Execute("UPDATE documents_schemas SET is_used = 1 WHERE number = @1", stored[0].Number);
            _haveSchemasChanged |= stored[0].IsKnown;
        }

        if (definedBy is not null)
        {
            _sql.Execute("UPDATE documents_schemas SET defined_by = @1 WHERE number = @2", ValueKey.Of(definedBy.Value), stored[0].Number);
            _haveSchemasChanged |= stored[0].IsKnown;
        }

        return stored[0].Number;
    }

    /// <summary>A definition's newest view makes a schema; the one its older view made stays only if operations follow it.</summary>
    private void NoteDefinition(IndexedDocument document, DocumentView view)
    {
        if (view.SchemaId == SchemaId.SchemaFieldDefinition)
        {
            _haveFieldDefinitionsChanged = true;
            return;
        }

        if (view.SchemaId != SchemaId.SchemaDefinition)
        {
            return;
        }

        _touchedDefinitions.UnionWith(document.Rows.Select(row => row.Id));
        _haveSchemasChanged |= _sql.Execute(
            "UPDATE documents_schemas SET defined_by = NULL WHERE defined_by = @1", ValueKey.Of(document.Id)) > 0;
        if (!view.IsDeleted)
        {
            RegisterSchema(
                SchemaId.Application(view.Fields["name"].Value.AsString, view.ViewId), isUsed: false, definedBy: document.Id);
        }
    }

    /// <summary>Tries to make the schemas that may have become complete; documents that waited for them are to be looked at.</summary>
    private void LearnSchemas()
    {
        var candidates = _newSchemas.Select(id => id.Text).ToHashSet();
        candidates.UnionWith(_sql.QueryEach(
            "SELECT id FROM documents_schemas WHERE is_known = 0 AND definition = @key",
            _touchedDefinitions.Select(ValueKey.Of).ToList(),
            row => row.GetString(0)));
        if (_haveFieldDefinitionsChanged)
        {
            candidates.UnionWith(_sql.Query(
                "SELECT id FROM documents_schemas WHERE is_known = 0 AND is_found = 1", row => row.GetString(0)));
        }

        _newSchemas.Clear();
        _touchedDefinitions.Clear();
        _haveFieldDefinitionsChanged = false;
        var hasLearned = false;
        foreach (var text in candidates)
        {
            var isFound = false;
            if (SchemaId.TryParse(text, out var id) && _reader.TryBuild(id, out isFound) is not null)
            {
                _sql.Execute("UPDATE documents_schemas SET is_known = 1, is_found = 1 WHERE id = @1", text);
                _sql.Execute(
                    "UPDATE documents_pending SET schema = NULL WHERE schema = (SELECT number FROM documents_schemas WHERE id = @1)", text);
                hasLearned = true;
            }
            else if (isFound)
            {
                _sql.Execute("UPDATE documents_schemas SET is_found = 1 WHERE id = @1", text);
            }
        }

        if (hasLearned)
        {
            _haveSchemasChanged = true;
            _schemas = _reader.Schemas(_schemas.Revision, _schemas);
        }
    }

    /// <summary>Older views that current views pin are kept as rows of their own; all others are gone once they are no longer current.</summary>
    private void SynchronisePins(List<(IndexedDocument Document, DocumentView View, StoredView? Old)> replaced)
    {
        if (replaced.Count == 0)
        {
            return;
        }

        var pinning = new PinSynchronisation(_sql, _reader, _writes, _schemas, NextView);
        foreach (var (document, view, old) in replaced)
        {
            pinning.Replace(document, view, old, _schemas.Find(view.SchemaId)!.Schema);
        }

        pinning.Finish();
        _writes.Flush();
    }
}
