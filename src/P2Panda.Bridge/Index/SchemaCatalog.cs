using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Schemas;

namespace P2Panda.Bridge.Index;

/// <summary>The schemas that stored definitions make. Operations may come in any order.</summary>
internal sealed class SchemaCatalog
{
    private readonly Dictionary<EntryId, DocumentGraph> _definitions = [];
    private readonly Dictionary<EntryId, DocumentGraph> _fields = [];
    private readonly Dictionary<EntryId, EntryId> _documentOf = [];
    private readonly HashSet<SchemaId> _application = [];
    private readonly HashSet<EntryId> _changed = [];
    private readonly HashSet<EntryId> _incomplete = [];
    private bool _haveFieldsChanged;

    public SchemaIdSet Known { get; private set; } = SchemaIdSet.Of(Schema.System.Select(schema => schema.Id));

    /// <summary>Takes an operation of a definition's document.</summary>
    public void Add(EntryId document, EntryId id, Operation operation)
    {
        var isField = operation.SchemaId == SchemaId.SchemaFieldDefinition;
        var graphs = isField ? _fields : _definitions;
        if (!graphs.TryGetValue(document, out var graph))
        {
            graphs.Add(document, graph = new DocumentGraph(document));
        }

        if (graph.Add(id, operation))
        {
            _documentOf[id] = document;
            _haveFieldsChanged |= isField;
            if (!isField)
            {
                _changed.Add(document);
            }
        }
    }

    /// <summary>Makes the schemas that have become possible. Those that were possible once stay known.</summary>
    /// <returns>Whether there are new ones.</returns>
    public bool Rebuild()
    {
        if (_haveFieldsChanged)
        {
            _changed.UnionWith(_incomplete);
        }

        var before = _application.Count;
        foreach (var document in _changed)
        {
            _incomplete.Remove(document);
            if (_definitions[document].Materialise() is not { } view)
            {
                continue;
            }

            switch (SchemaBuilder.Build(view, FindField, out var schema))
            {
                case SchemaProblem.None:
                    _application.Add(schema!.Id);
                    break;
                case SchemaProblem.FieldDefinitionMissing:
                    _incomplete.Add(document);
                    break;
            }
        }

        _changed.Clear();
        _haveFieldsChanged = false;
        if (_application.Count == before)
        {
            return false;
        }

        Known = SchemaIdSet.Of(Schema.System.Select(schema => schema.Id).Concat(_application));
        return true;
    }

    private DocumentView? FindField(DocumentViewId viewId) =>
        _documentOf.TryGetValue(viewId.OperationIds[0], out var document) && _fields.TryGetValue(document, out var graph)
            ? graph.MaterialiseAt(viewId)
            : null;
}
