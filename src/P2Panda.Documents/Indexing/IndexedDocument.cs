using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Indexing;

/// <summary>A document with all of its stored operations.</summary>
internal sealed class IndexedDocument
{
    private readonly Dictionary<EntryId, OperationRow> _rows = [];
    private readonly DocumentGraph _graph;

    public IndexedDocument(EntryId id, IEnumerable<OperationRow> rows)
    {
        _graph = new DocumentGraph(id);
        foreach (var row in rows.Where(row => _rows.TryAdd(row.Id, row)))
        {
            _graph.Add(row.Id, row.Operation);
        }
    }

    public EntryId Id => _graph.DocumentId;

    public IReadOnlyCollection<OperationRow> Rows => _rows.Values;

    /// <summary>The schema the create names, or none while the create is missing.</summary>
    public SchemaId? SchemaId => _rows.TryGetValue(Id, out var create) ? create.Operation.SchemaId : null;

    /// <summary>Who created it.</summary>
    public PublicKey Owner => _rows[Id].Author;

    public DocumentView? Materialise(Schema schema) => _graph.Materialise(schema);

    public DocumentView? MaterialiseAt(DocumentViewId viewId, Schema schema) => _graph.MaterialiseAt(viewId, schema);

    public bool HasEdits(DocumentView view) => view.Order.Any(id => _rows[id].Operation.Action == OperationAction.Update);

    public Operation Find(EntryId operation) => _rows[operation].Operation;

    /// <summary>Gives every operation its place in the order, or none.</summary>
    public void Place(DocumentView? view)
    {
        var places = view is null ? [] : view.Order.Index().ToDictionary(item => item.Item, item => item.Index);
        foreach (var row in _rows.Values)
        {
            int? position = places.TryGetValue(row.Id, out var place) ? place : null;
            if (row.Position != position)
            {
                row.Position = position;
                row.IsChanged = true;
            }
        }
    }
}
