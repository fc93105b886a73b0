using System.Data.Common;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Indexing;
using P2Panda.Documents.Publishing;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;
using P2Panda.Store;

namespace P2Panda.Documents;

/// <summary>
/// The documents that the logs of a store add up to, kept in tables beside the logs. The tables follow the store's change feed; how far
/// they have come is stored with them in one write, so that after any crash they go on where they stand. What they say depends on the set
/// of stored operations only, never on the order in which these came. Members may be called from any thread.
/// </summary>
public sealed partial class MaterialisedDocuments : IDocumentIndex, IDisposable, IAsyncDisposable
{
    /// <summary>Changes of the feed that are taken in with one write; appends may have to wait that long.</summary>
    private const int ChangesPerWrite = 512;

    /// <summary>Documents looked at again with one write, after their schema has become known.</summary>
    private const int PendingPerWrite = 256;

    private readonly ILogStore _store;
    private readonly IStoreTables _tables;
    private readonly SemaphoreSlim _step = new(1, 1);
    private readonly ChangeWaiters _waiters = new();
    private volatile SchemaSet _schemas = new(-1, []);
    private long _readTo;
    private bool _hasPending;

    private MaterialisedDocuments(ILogStore store)
    {
        _store = store;
        _tables = store as IStoreTables ?? new MemoryTables();
    }

    /// <summary>The schemas known now.</summary>
    public SchemaSet Schemas => _schemas;

    /// <summary>Raised with the new set whenever <see cref="Schemas"/> has changed.</summary>
    public event Action<SchemaSet>? SchemasChanged;

    /// <summary>Number of the newest change of a document; 0 when there was none.</summary>
    public long LastChange => _waiters.Last;

    /// <summary>How far in the store's change feed the tables have come.</summary>
    public long ReadTo => Interlocked.Read(ref _readTo);

    /// <summary>Opens the tables beside a store's logs, making them if they are not there. They take nothing in yet.</summary>
    /// <exception cref="StoreException">The database failed.</exception>
    public static async Task<MaterialisedDocuments> OpenAsync(ILogStore store, CancellationToken cancellation = default)
    {
        var documents = new MaterialisedDocuments(store);
        await documents._tables.WriteAsync(
            connection =>
            {
                DocumentTables.Ensure(documents.On(connection));
                return true;
            },
            cancellation).ConfigureAwait(false);
        await documents.CatchUpWithTablesAsync(cancellation).ConfigureAwait(false);
        return documents;
    }

    /// <summary>Follows the feed until cancelled.</summary>
    /// <exception cref="StoreException">The database failed; may be called again.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (await TryStepAsync(cancellation).ConfigureAwait(false))
            {
                continue;
            }

            await _store.WaitForChangesAsync(ReadTo, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Takes in what the store holds at the moment of the call, if that has not happened yet. Documents whose schema has only just become
    /// known may still follow.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancellation = default)
    {
        for (var target = _store.LastChange; ReadTo < target;)
        {
            await TryStepAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Takes in everything there is, until nothing is left to do.</summary>
    public async Task CompleteAsync(CancellationToken cancellation = default)
    {
        while (await TryStepAsync(cancellation).ConfigureAwait(false))
        {
            // The next page.
        }
    }

    /// <summary>Forgets everything and makes it again from the logs.</summary>
    public async Task RebuildAsync(CancellationToken cancellation = default)
    {
        await _tables.WriteAsync(
            connection =>
            {
                var sql = On(connection);
                DocumentTables.Reset(sql, new DocumentReader(sql).State().LastChange);
                return true;
            },
            cancellation).ConfigureAwait(false);
        await CatchUpWithTablesAsync(cancellation).ConfigureAwait(false);
        await CompleteAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Completes as soon as <see cref="LastChange"/> is greater than <paramref name="after"/>.</summary>
    public Task WaitForChangesAsync(long after, CancellationToken cancellation = default) => _waiters.WaitAsync(after, cancellation);

    /// <inheritdoc/>
    public async ValueTask<OperationPlace?> FindOperationAsync(EntryId operation, CancellationToken cancellation = default)
    {
        await CatchUpAsync(cancellation).ConfigureAwait(false);
        return await ReadAsync(
            sql => sql.Query(
                "SELECT document, payload FROM documents_operations WHERE operation = @1 AND document IS NOT NULL",
                row => new OperationPlace(
                    ValueKey.ToEntryId(row.GetFieldValue<byte[]>(0)), Operation.Decode(row.GetFieldValue<byte[]>(1)).Operation!.SchemaId),
                ValueKey.Of(operation)).FirstOrDefault(),
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> IsDeletedAsync(EntryId document, CancellationToken cancellation = default)
    {
        await CatchUpAsync(cancellation).ConfigureAwait(false);
        return await ReadAsync(
            sql => sql.Query(
                "SELECT 1 FROM documents_operations WHERE document = @1 AND action = @2 LIMIT 1",
                _ => true,
                ValueKey.Of(document),
                (long)OperationAction.Delete).Count > 0,
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ulong?> FindLogAsync(PublicKey author, EntryId document, CancellationToken cancellation = default)
    {
        await CatchUpAsync(cancellation).ConfigureAwait(false);
        var logs = await ReadAsync(
            sql => sql.Query(
                "SELECT log_id FROM documents_logs WHERE author = @1 AND document = @2 ORDER BY log_id LIMIT 1",
                row => LogId.FromBytes(row.GetFieldValue<byte[]>(0)).ToUInt64(),
                author.Bytes.ToArray(),
                ValueKey.Of(document)),
            cancellation).ConfigureAwait(false);
        return logs.Count == 0 ? null : logs[0];
    }

    /// <inheritdoc/>
    public ValueTask<ulong?> FindHighestLogAsync(PublicKey author, CancellationToken cancellation = default)
    {
        var logs = _store.LogsOf(LogFormat.Bamboo, author);
        return ValueTask.FromResult<ulong?>(logs.Count == 0 ? null : logs[^1].Log.LogId.ToUInt64());
    }

    /// <summary>Releases what it holds of its own; the store stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        // A step that is under way ends first.
        await _step.WaitAsync().ConfigureAwait(false);
        (_tables as MemoryTables)?.Dispose();
        _step.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    internal Task<T> ReadAsync<T>(Func<SqlSession, T> read, CancellationToken cancellation = default) =>
        _tables.ReadAsync(connection => read(On(connection)), cancellation);

    private SqlSession On(DbConnection connection) => SqlSession.On(connection, _tables.Dialect);

    /// <summary>Learns where the tables stand: at the beginning, and after another gateway on the same database has written to them.</summary>
    private async Task CatchUpWithTablesAsync(CancellationToken cancellation)
    {
        var result = await ReadAsync(
            sql =>
            {
                var reader = new DocumentReader(sql);
                var state = reader.State();
                var schemas = state.SchemasRevision == _schemas.Revision ? _schemas : reader.Schemas(state.SchemasRevision, null);
                var hasPending = sql.Query("SELECT 1 FROM documents_pending WHERE schema IS NULL LIMIT 1", _ => true).Count > 0;
                return new IndexingResult(true, state, schemas, hasPending);
            },
            cancellation).ConfigureAwait(false);
        Note(result);
    }

    /// <summary>Takes one page of the feed in; false when there was nothing to do.</summary>
    private async Task<bool> TryStepAsync(CancellationToken cancellation)
    {
        await _step.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var from = ReadTo;
            if (_store.LastChange <= from && !_hasPending)
            {
                return false;
            }

            var page = await _store.ReadChangesAsync(from, ChangesPerWrite, cancellation).ConfigureAwait(false);
            var incoming = new List<IncomingOperation>();
            var refused = 0;
            foreach (var change in page.Changes.Where(
                change => change.Kind == StoreChangeKind.Appended && change.Entry.Log.Format == LogFormat.Bamboo))
            {
                var entry = change.Entry;
                if (entry.PayloadBytes is { } payload && Operation.Decode(payload).Operation is { } operation)
                {
                    incoming.Add(new IncomingOperation(entry.Id, entry.Log, entry.SequenceNumber, operation, entry.ReceivedAt));
                }
                else
                {
                    refused++;
                }
            }

            Note(await WriteAsync(incoming, refused, from, page.ReadTo, cancellation).ConfigureAwait(false));
            return true;
        }
        finally
        {
            _step.Release();
        }
    }

    private Task<IndexingResult> WriteAsync(
        List<IncomingOperation> incoming, int refused, long from, long to, CancellationToken cancellation) => _tables.WriteAsync(
            connection => new DocumentIndexer(On(connection), _schemas).Apply(incoming, refused, from, to, PendingPerWrite), cancellation);

    private void Note(IndexingResult result)
    {
        var haveSchemasChanged = _schemas.Revision != result.Schemas.Revision;
        _schemas = result.Schemas;
        _hasPending = result.HasPending;
        Interlocked.Exchange(ref _readTo, result.State.ReadTo);
        if (haveSchemasChanged)
        {
            SchemasChanged?.Invoke(result.Schemas);
        }

        _waiters.Publish(result.State.LastChange);
    }
}
