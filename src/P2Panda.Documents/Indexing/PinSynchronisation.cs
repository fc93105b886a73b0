using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Indexing;

/// <summary>Keeps rows for just those older views that a current view pins.</summary>
internal sealed class PinSynchronisation(
    SqlSession sql, DocumentReader reader, IndexWrites writes, SchemaSet schemas, Func<long> nextView)
{
    private readonly Dictionary<EntryId, IndexedDocument> _loaded = [];
    private readonly HashSet<EntryId> _probes = [];
    private readonly List<byte[]> _emptied = [];
    private readonly List<object?[]> _pins = [];

    /// <summary>A document has another current view.</summary>
    public void Replace(IndexedDocument document, DocumentView view, StoredView? old, Schema schema)
    {
        _loaded.Add(document.Id, document);
        var holder = ValueKey.Of(document.Id);
        var hasPins = schema.Fields.Values.Any(type => type.Kind is FieldKind.PinnedRelation or FieldKind.PinnedRelationList);
        if (hasPins && old is not null)
        {
            _probes.UnionWith(sql.Query(
                "SELECT operation FROM documents_pins WHERE holder = @1", row => ValueKey.ToEntryId(row.GetFieldValue<byte[]>(0)), holder));
            _emptied.Add(holder);
        }

        foreach (var pinned in view.IsDeleted || !hasPins ? [] : DocumentRows.Pins(view, schema).Distinct())
        {
            foreach (var operation in pinned.OperationIds)
            {
                _pins.Add([holder, ValueKey.Of(pinned), ValueKey.Of(operation)]);
                _probes.Add(operation);
            }
        }

        // Somebody may pin what was current until now, or what has just become complete.
        if (!schemas.IsPinned(schema.Id))
        {
            return;
        }

        if (old is not null)
        {
            _probes.Add(old.ViewId.OperationIds[0]);
        }

        _probes.UnionWith(document.Rows.Where(row => (row.IsNew || row.IsChanged) && row.Position is not null).Select(row => row.Id));
    }

    /// <summary>Brings the rows of all documents concerned in line with the pins.</summary>
    public void Finish()
    {
        sql.ExecuteEach("DELETE FROM documents_pins WHERE holder = @key", _emptied);
        sql.Insert(DocumentTables.Pins, _pins);
        var probes = _probes.Select(ValueKey.Of).ToList();
        var pinned = sql.QueryEach(
            "SELECT DISTINCT operation, view_id FROM documents_pins WHERE operation = @key",
            probes,
            row => (Operation: ValueKey.ToEntryId(row.GetFieldValue<byte[]>(0)), View: ValueKey.ToView(row.GetFieldValue<byte[]>(1))));
        var documentOf = reader.DocumentsOf(_probes);
        var wanted = pinned.Where(pin => documentOf.ContainsKey(pin.Operation)).ToLookup(pin => documentOf[pin.Operation], pin => pin.View);
        var documents = documentOf.Values.Distinct().ToList();
        var current = writes.CurrentViews(documents);
        var older = sql.QueryEach(
            "SELECT document, number, view_id FROM documents_views WHERE is_current = 0 AND document = @key",
            documents.ConvertAll(ValueKey.Of),
            row => (
                Document: ValueKey.ToEntryId(row.GetFieldValue<byte[]>(0)),
                Number: row.GetInt64(1),
                View: ValueKey.ToView(row.GetFieldValue<byte[]>(2)))).ToLookup(row => row.Document);
        var dropped = new List<long>();
        foreach (var id in documents)
        {
            Synchronise(id, current.GetValueOrDefault(id), wanted[id].ToHashSet(), older[id].ToDictionary(row => row.View, row => row.Number), dropped);
        }

        writes.Drop(dropped);
    }

    private void Synchronise(
        EntryId id, StoredView? current, HashSet<DocumentViewId> probed, Dictionary<DocumentViewId, long> stored, List<long> dropped)
    {
        if (current is null || (probed.Count == 0 && stored.Count == 0))
        {
            return;
        }

        // The probes told of some pins only; a row may be there because of another.
        foreach (var (view, number) in stored)
        {
            if (current.IsDeleted || current.ViewId == view || (!probed.Contains(view) && !IsPinned(view)))
            {
                dropped.Add(number);
            }
        }

        if (current.IsDeleted)
        {
            return;
        }

        foreach (var view in probed.Where(view => view != current.ViewId && !stored.ContainsKey(view)))
        {
            var document = _loaded.GetValueOrDefault(id) ?? reader.Load(id)!;
            if (document.SchemaId is { } schemaId && schemas.IsPinned(schemaId) && schemas.Find(schemaId) is { } known
                && document.MaterialiseAt(view, known.Schema) is { IsDeleted: false } materialised)
            {
                writes.OlderView(nextView(), document, materialised, known);
            }
        }
    }

    private bool IsPinned(DocumentViewId view) => sql.Query(
        "SELECT 1 FROM documents_pins WHERE operation = @1 AND view_id = @2 LIMIT 1",
        _ => true,
        ValueKey.Of(view.OperationIds[0]),
        ValueKey.Of(view)).Count > 0;
}
