using System.Runtime.CompilerServices;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Store;

namespace P2Panda.Bridge.Index;

/// <summary>
/// An index in memory over a log store, some hundred bytes a log, made from the store's change feed. What a log is about its first
/// operation says; the order of a document that several authors change is found when it is sent.
/// </summary>
/// <param name="store">The logs.</param>
public sealed class StoreIndex(ILogStore store) : IReplicationIndex, IDisposable
{
    private const int PageSize = 512;

    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<LogKey, IndexedLog> _logs = [];
    private readonly Dictionary<SchemaId, List<IndexedLog>> _bySchema = [];
    private readonly Dictionary<EntryId, List<IndexedLog>> _orphans = [];
    private readonly SchemaCatalog _catalog = new();
    private long _feed;

    /// <inheritdoc/>
    public SchemaIdSet Known
    {
        get
        {
            lock (_gate)
            {
                return _catalog.Known;
            }
        }
    }

    /// <inheritdoc/>
    public event Action<IReadOnlyList<IndexedEntry>>? Changed;

    /// <inheritdoc/>
    public async Task RefreshAsync(CancellationToken cancellation = default)
    {
        if (store.LastChange <= Volatile.Read(ref _feed))
        {
            return;
        }

        await _refreshing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            while (store.LastChange > _feed)
            {
                var page = await store.ReadChangesAsync(_feed, PageSize, cancellation).ConfigureAwait(false);
                var added = Take(page.Changes);
                Volatile.Write(ref _feed, page.ReadTo);
                if (added is not null)
                {
                    Changed?.Invoke(added);
                }
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc/>
    public EntryId? FindDocument(EntryId entry, Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (operation.Previous is null)
        {
            return entry;
        }

        if (!store.View.TryGetPosition(operation.Previous.OperationIds[0], out var log, out _))
        {
            return null;
        }

        lock (_gate)
        {
            return _logs.TryGetValue(log, out var known) ? known.Document?.Id : null;
        }
    }

    /// <inheritdoc/>
    public ValueTask<LogHeights> DescribeAsync(SchemaIdSet schemas, CancellationToken cancellation = default)
    {
        var heights = new LogHeights();
        lock (_gate)
        {
            foreach (var schema in schemas)
            {
                foreach (var log in _bySchema.GetValueOrDefault(schema) ?? [])
                {
                    if (store.View.HeightOf(log.Key) is { } height)
                    {
                        heights.Add(log.Key, height);
                    }
                }
            }
        }

        return new(heights);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredEntry> FindMissingAsync(
        SchemaIdSet schemas,
        LogHeights remote,
        Func<LogKey, bool>? isWanted = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var document in Differing(schemas, remote, isWanted))
        {
            var entries = document.Logs.Count == 1
                ? ReadLogAsync(document.Logs[0], remote[document.Logs[0].Key] + 1, cancellation)
                : SortAsync(document, remote, cancellation);
            await foreach (var entry in entries.ConfigureAwait(false))
            {
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _refreshing.Dispose();

    /// <summary>Definitions first, deleted documents of a schema last: a delete makes a peer refuse what others wrote meanwhile.</summary>
    private List<IndexedDocument> Differing(SchemaIdSet schemas, LogHeights remote, Func<LogKey, bool>? isWanted)
    {
        SchemaId[] order =
        [
            SchemaId.SchemaFieldDefinition, SchemaId.SchemaDefinition, SchemaId.BlobPiece, SchemaId.Blob,
            .. schemas.Where(schema => !schema.IsSystem),
        ];
        var differing = new List<IndexedDocument>();
        lock (_gate)
        {
            foreach (var schema in order.Where(schemas.Contains))
            {
                differing.AddRange(
                    (_bySchema.GetValueOrDefault(schema) ?? [])
                    .Where(log => log.Document is not null && (isWanted is null || isWanted(log.Key)) && Lacks(log))
                    .Select(log => log.Document!)
                    .Distinct()
                    .OrderBy(document => document.IsDeleted)
                    .ThenBy(document => document.Id)
                    .Select(Copy));
            }
        }

        return differing;

        bool Lacks(IndexedLog log) => store.View.HeightOf(log.Key) is { } height && Math.Min(height, log.UsableTo) > remote[log.Key];

        IndexedDocument Copy(IndexedDocument document)
        {
            var copy = new IndexedDocument(document.Id, document.Schema);
            copy.Logs.AddRange(document.Logs.Where(log => isWanted is null || isWanted(log.Key)));
            return copy;
        }
    }

    /// <summary>A log in order, up to the first entry that cannot be sent.</summary>
    private async IAsyncEnumerable<StoredEntry> ReadLogAsync(
        IndexedLog log, ulong from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var page = await store.ReadRangeAsync(log.Key, from, PageSize, cancellation).ConfigureAwait(false);
            foreach (var entry in page)
            {
                if (entry.SequenceNumber != from || from > log.UsableTo || entry.PayloadBytes is not { Length: > 0 })
                {
                    yield break;
                }

                yield return entry;
                from++;
            }

            if (page.Count == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>
    /// The operations of a document with several logs: each after its log's predecessor and after all it builds upon, deletes as late as
    /// possible, otherwise by id.
    /// </summary>
    private async IAsyncEnumerable<StoredEntry> SortAsync(
        IndexedDocument document, LogHeights remote, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var waiting = new Dictionary<EntryId, int>();
        var entries = new Dictionary<EntryId, (StoredEntry Entry, bool IsDelete)>();
        var followers = new Dictionary<EntryId, List<EntryId>>();
        var before = new Dictionary<EntryId, List<EntryId>>();
        foreach (var log in document.Logs)
        {
            EntryId? last = null;
            await foreach (var entry in ReadLogAsync(log, remote[log.Key] + 1, cancellation).ConfigureAwait(false))
            {
                if (Operation.Decode(entry.PayloadBytes!.Value).Operation is not { } operation)
                {
                    break;
                }

                List<EntryId> needs = [.. operation.Previous?.OperationIds ?? [], .. last is { } one ? [one] : Array.Empty<EntryId>()];
                entries.Add(entry.Id, (entry, operation.Action == OperationAction.Delete));
                before.Add(entry.Id, needs);
                last = entry.Id;
            }
        }

        foreach (var (id, needs) in before)
        {
            // What the peer has already is no obstacle; what nobody has is one for ever.
            var missing = needs.Distinct().Where(need => entries.ContainsKey(need) || !IsWith(remote, need)).ToList();
            waiting[id] = missing.Count;
            foreach (var need in missing)
            {
                (followers.TryGetValue(need, out var list) ? list : followers[need] = []).Add(id);
            }
        }

        var ready = new SortedSet<(bool IsDelete, EntryId Id)>(
            waiting.Where(pair => pair.Value == 0).Select(pair => (entries[pair.Key].IsDelete, pair.Key)));
        while (ready.Count > 0)
        {
            var next = ready.Min;
            ready.Remove(next);
            yield return entries[next.Id].Entry;
            foreach (var follower in followers.GetValueOrDefault(next.Id) ?? [])
            {
                if (--waiting[follower] == 0)
                {
                    ready.Add((entries[follower].IsDelete, follower));
                }
            }
        }
    }

    private bool IsWith(LogHeights remote, EntryId id) =>
        store.View.TryGetPosition(id, out var log, out var position) && position <= remote[log];

    /// <returns>What was added; empty when a schema became known, null when nothing happened.</returns>
    private List<IndexedEntry>? Take(IReadOnlyList<StoreChange> changes)
    {
        var added = new List<IndexedEntry>(changes.Count);
        lock (_gate)
        {
            foreach (var change in changes)
            {
                if (change is { Kind: StoreChangeKind.Appended, Entry: { Log.Format: LogFormat.Bamboo, PayloadBytes: { } payload } entry })
                {
                    Take(entry, Operation.Decode(payload).Operation, added);
                }
            }

            return _catalog.Rebuild() || added.Count > 0 ? added : null;
        }
    }

    private void Take(StoredEntry entry, Operation? operation, List<IndexedEntry> added)
    {
        if (!_logs.TryGetValue(entry.Log, out var log))
        {
            // A log that begins with something unreadable, or whose beginning was pruned, belongs to nothing.
            if (entry.SequenceNumber != 1 || operation is null)
            {
                return;
            }

            log = new IndexedLog(entry.Log, operation.SchemaId);
            _logs.Add(log.Key, log);
            (_bySchema.TryGetValue(log.Schema, out var logs) ? logs : _bySchema[log.Schema] = []).Add(log);
            Place(log, operation.Previous is null ? entry.Id : operation.Previous.OperationIds[0], operation.Previous is null);
        }

        if (operation is null || operation.SchemaId != log.Schema || (entry.SequenceNumber > 1 && operation.Previous is null))
        {
            log.UsableTo = Math.Min(log.UsableTo, entry.SequenceNumber - 1);
            return;
        }

        if (log.Document is { } document)
        {
            Count(document, entry.Id, operation);
        }
        else
        {
            log.Waiting.Add((entry.Id, operation));
        }

        added.Add(new IndexedEntry(entry.Id, entry.Log, log.Schema));
        if (_orphans.Remove(entry.Id, out var orphans))
        {
            foreach (var orphan in orphans)
            {
                Place(orphan, entry.Id, isCreate: false);
            }
        }
    }

    /// <summary>Finds the document of a log: its own create, or that of an operation it builds upon.</summary>
    private void Place(IndexedLog log, EntryId anchor, bool isCreate)
    {
        if (isCreate)
        {
            Place(log, new IndexedDocument(anchor, log.Schema));
        }
        else if (!store.View.TryGetPosition(anchor, out var other, out _) || !_logs.TryGetValue(other, out var known))
        {
            (_orphans.TryGetValue(anchor, out var orphans) ? orphans : _orphans[anchor] = []).Add(log);
        }
        else if (known.Document is { } document)
        {
            Place(log, document);
        }
        else if (known != log)
        {
            known.Dependents.Add(log);
        }
    }

    private void Place(IndexedLog log, IndexedDocument document)
    {
        var open = new Stack<IndexedLog>([log]);
        while (open.TryPop(out var next))
        {
            // A log that claims another schema than the document it builds upon belongs to nothing.
            if (next.Document is null && next.Schema == document.Schema)
            {
                next.Document = document;
                document.Logs.Add(next);
                next.Waiting.ForEach(each => Count(document, each.Id, each.Operation));
                next.Dependents.ForEach(open.Push);
            }

            next.Waiting.Clear();
            next.Dependents.Clear();
        }
    }

    private void Count(IndexedDocument document, EntryId id, Operation operation)
    {
        document.IsDeleted |= operation.Action == OperationAction.Delete;
        if (SchemaIdSet.Definitions.Contains(operation.SchemaId))
        {
            _catalog.Add(document.Id, id, operation);
        }
    }
}
