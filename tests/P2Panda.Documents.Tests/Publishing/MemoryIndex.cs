using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Publishing;
using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Tests.Publishing;

/// <summary>Logs and operations in dictionaries: what a store and its index know after the entries given.</summary>
internal sealed class MemoryIndex : ILogView, IDocumentIndex
{
    private readonly SortedDictionary<LogKey, List<EntryId>> _logs = [];
    private readonly Dictionary<EntryId, OperationPlace> _places = [];
    private readonly Dictionary<EntryId, DocumentGraph> _documents = [];
    private readonly Dictionary<(PublicKey Author, EntryId Document), ulong> _logOf = [];
    private readonly HashSet<EntryId> _deleted = [];

    /// <summary>When set, every log pretends to end with the last possible entry.</summary>
    public bool LogsAreFull { get; set; }

    public void Add(VerifiedEntry entry, Operation operation)
    {
        if (!_logs.TryGetValue(entry.Log, out var ids))
        {
            _logs.Add(entry.Log, ids = []);
        }

        ids.Add(entry.Id);
        var document = operation.Previous is { } previous ? _places[previous.OperationIds[0]].Document : entry.Id;
        _places.Add(entry.Id, new OperationPlace(document, operation.SchemaId));
        _documents.TryAdd(document, new DocumentGraph(document));
        _documents[document].Add(entry.Id, operation);
        _logOf.TryAdd((entry.Log.Author, document), entry.Log.LogId.ToUInt64());
        if (operation.Action == OperationAction.Delete)
        {
            _deleted.Add(document);
        }
    }

    public Schema? FindSchema(SchemaId id)
    {
        if (id.ViewId is null)
        {
            return Schema.TryGetSystem(id, out var system) ? system : null;
        }

        return ViewAt(id.ViewId) is { } definition && SchemaBuilder.Build(definition, ViewAt, out var schema) == SchemaProblem.None
            && schema!.Id == id ? schema : null;
    }

    public ulong? HeightOf(LogKey log) => LogsAreFull ? ulong.MaxValue : _logs.TryGetValue(log, out var ids) ? (ulong)ids.Count : null;

    public bool TryGetId(LogKey log, ulong sequenceNumber, out EntryId id)
    {
        if (LogsAreFull)
        {
            id = _logs[log][0];
            return true;
        }

        var found = _logs.TryGetValue(log, out var ids) && sequenceNumber >= 1 && sequenceNumber <= (ulong)ids.Count;
        id = found ? ids![(int)sequenceNumber - 1] : default;
        return found;
    }

    public ValueTask<OperationPlace?> FindOperationAsync(EntryId operation, CancellationToken cancellation = default) =>
        ValueTask.FromResult(_places.GetValueOrDefault(operation));

    public ValueTask<bool> IsDeletedAsync(EntryId document, CancellationToken cancellation = default) =>
        ValueTask.FromResult(_deleted.Contains(document));

    public ValueTask<ulong?> FindLogAsync(PublicKey author, EntryId document, CancellationToken cancellation = default) =>
        ValueTask.FromResult<ulong?>(_logOf.TryGetValue((author, document), out var log) ? log : null);

    public ValueTask<ulong?> FindHighestLogAsync(PublicKey author, CancellationToken cancellation = default) =>
        ValueTask.FromResult(_logs.Keys.Where(log => log.Author == author).Select(log => (ulong?)log.LogId.ToUInt64()).Max());

    public bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber) => throw new NotSupportedException();

    public bool TryGetBytes(LogKey log, ulong sequenceNumber, out ReadOnlyMemory<byte> entry, out ReadOnlyMemory<byte>? payload) =>
        throw new NotSupportedException();

    public void FindAuthors(ReadOnlySpan<byte> prefix, int limit, ICollection<PublicKey> matches) => throw new NotSupportedException();

    public IEnumerable<KeyValuePair<LogKey, ulong>> Heights() => throw new NotSupportedException();

    private DocumentView? ViewAt(DocumentViewId viewId) =>
        _places.TryGetValue(viewId.OperationIds[0], out var place) ? _documents[place.Document].MaterialiseAt(viewId) : null;
}
