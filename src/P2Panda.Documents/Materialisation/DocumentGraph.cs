using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Materialisation;

/// <summary>
/// The operations of one document, joined by what each of them names as previous. They may come in any order; those whose predecessors
/// are not all there yet wait and show in no view. What a view shows depends on the set of operations only, as it does in aquadoggo: from
/// the create depth first, of several successors the one with the lowest id first, and an operation that joins branches only after all
/// of them.
/// </summary>
/// <param name="documentId">The id of the create.</param>
public sealed class DocumentGraph(EntryId documentId)
{
    private readonly Dictionary<EntryId, Operation> _operations = [];
    private readonly Dictionary<EntryId, SortedSet<EntryId>> _successors = [];

    /// <summary>The id of the create.</summary>
    public EntryId DocumentId { get; } = documentId;

    /// <summary>Operations taken in, those that wait included.</summary>
    public int Count => _operations.Count;

    /// <summary>Adds an operation. A known one changes nothing, and neither does a create of another document.</summary>
    /// <returns>Whether the operation is new.</returns>
    public bool Add(EntryId id, Operation operation)
    {
        if (operation.Action == OperationAction.Create != (id == DocumentId) || !_operations.TryAdd(id, operation))
        {
            return false;
        }

        foreach (var previous in PreviousOf(operation))
        {
            if (!_successors.TryGetValue(previous, out var successors))
            {
                _successors.Add(previous, successors = []);
            }

            successors.Add(id);
        }

        return true;
    }

    /// <summary>Operations that others build upon and that have not come yet, in order.</summary>
    public IReadOnlyList<EntryId> MissingOperations()
    {
        IEnumerable<EntryId> missing = _successors.Keys.Where(id => !_operations.ContainsKey(id));
        return [.. missing.Concat(_operations.Count > 0 && !_operations.ContainsKey(DocumentId) ? [DocumentId] : []).Distinct().Order()];
    }

    /// <summary>Whether an operation was taken in.</summary>
    public bool Contains(EntryId id) => _operations.ContainsKey(id);

    /// <summary>The newest view, or none while the create is missing.</summary>
    /// <param name="schema">
    /// When given, operations that do not fit it, and what is built upon them, count as little as those of another schema.
    /// </param>
    public DocumentView? Materialise(Schema? schema = null) => Materialise(_ => true, schema);

    /// <summary>The view its author saw, or none while one of the operations that led to it is missing.</summary>
    /// <param name="viewId">The view.</param>
    /// <param name="schema">As for <see cref="Materialise(Schema)"/>.</param>
    public DocumentView? MaterialiseAt(DocumentViewId viewId, Schema? schema = null)
    {
        var wanted = new HashSet<EntryId>();
        var open = new Stack<EntryId>(viewId.OperationIds);
        while (open.TryPop(out var id))
        {
            if (!wanted.Add(id))
            {
                continue;
            }

            if (!_operations.TryGetValue(id, out var operation))
            {
                return null;
            }

            foreach (var previous in PreviousOf(operation))
            {
                open.Push(previous);
            }
        }

        var view = Materialise(wanted.Contains, schema);
        return view?.ViewId == viewId ? view : null;
    }

    private DocumentView? Materialise(Func<EntryId, bool> isWanted, Schema? schema)
    {
        if (!_operations.TryGetValue(DocumentId, out var create) || !isWanted(DocumentId) || !Fits(create, schema))
        {
            return null;
        }

        var order = Sort(create.SchemaId, isWanted, schema);
        var builtUpon = new HashSet<EntryId>(order.SelectMany(id => PreviousOf(_operations[id])));
        var viewId = DocumentViewId.FromUnsorted(order.Where(id => !builtUpon.Contains(id)));
        var isDeleted = order.Any(id => _operations[id].Action == OperationAction.Delete);
        var fields = new SortedDictionary<string, DocumentField>(Utf8Order.Instance);
        if (!isDeleted)
        {
            foreach (var id in order)
            {
                foreach (var (name, value) in _operations[id].Fields!)
                {
                    fields[name] = new DocumentField(value, id);
                }
            }
        }

        return new DocumentView(DocumentId, create.SchemaId, viewId, isDeleted, fields, order);
    }

    /// <summary>Depth first without recursion: a document may have as many operations in a row as its authors like.</summary>
    private List<EntryId> Sort(SchemaId schemaId, Func<EntryId, bool> isWanted, Schema? schema)
    {
        var order = new List<EntryId>();
        var visited = new HashSet<EntryId>();
        var path = new Stack<IEnumerator<EntryId>>();
        Visit(DocumentId);
        while (path.TryPeek(out var successors))
        {
            if (!successors.MoveNext())
            {
                path.Pop().Dispose();
            }
            else if (IsReady(successors.Current))
            {
                Visit(successors.Current);
            }
        }

        return order;

        void Visit(EntryId id)
        {
            visited.Add(id);
            order.Add(id);
            path.Push((_successors.TryGetValue(id, out var next) ? next : []).GetEnumerator());
        }

        // An operation that claims another schema than the create does not belong to the document, and nothing built upon it does.
        bool IsReady(EntryId id) => isWanted(id) && !visited.Contains(id) && _operations[id].SchemaId == schemaId
            && Fits(_operations[id], schema) && PreviousOf(_operations[id]).All(visited.Contains);
    }

    private static bool Fits(Operation operation, Schema? schema) =>
        schema is null || schema.Validate(operation) == SchemaViolation.None;

    private static IReadOnlyList<EntryId> PreviousOf(Operation operation) => operation.Previous?.OperationIds ?? [];
}
