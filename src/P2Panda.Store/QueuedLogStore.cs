using System.Data.Common;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;
using P2Panda.Store.Queue;

namespace P2Panda.Store;

/// <summary>A store whose rows are in a database that one thread of this process writes to.</summary>
public abstract class QueuedLogStore : IndexedLogStore, IStoreTables
{
    private const int LogsPerPruning = 64;

    private WriteQueue? _queue;

    private protected QueuedLogStore(StoreBounds? bounds, TimeProvider time)
        : base(bounds, time)
    {
    }

    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<VerifiedEntry> entries,
        EntryOrigin origin,
        RetentionClass retention = RetentionClass.Kept,
        CancellationToken cancellation = default)
    {
        if (entries.Count == 0)
        {
            return [];
        }

        var pending = Prepare(entries, retention, origin);
        return await WriteAsync(context => context.Transaction.Append(pending), pending, cancellation: cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> SetRetentionAsync(
        LogKey log, RetentionClass retention, CancellationToken cancellation = default) =>
        await WriteAsync(context => context.Transaction.SetRetention(log, retention), cancellation: cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async ValueTask<PruneResult> PruneAsync(DateTimeOffset receivedBefore, CancellationToken cancellation = default)
    {
        var before = receivedBefore.ToUnixTimeMilliseconds();
        var forgotten = new List<LogKey>();
        var (entries, buffered) = (0L, 0);
        while (true)
        {
            // A few logs at a time, so that appends need not wait long.
            var (result, isDone) = await WriteAsync(context => Prune(context, before), isExclusive: true, cancellation: cancellation)
                .ConfigureAwait(false);
            entries += result.Dropped;
            buffered += result.DroppedBuffered;
            forgotten.AddRange(result.Forgotten);
            if (isDone)
            {
                return new PruneResult(entries, buffered, forgotten);
            }
        }
    }

    /// <inheritdoc/>
    public abstract SqlDialect Dialect { get; }

    /// <inheritdoc/>
    public async Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellation = default) =>
        await WriteAsync(context => work(context.Rows.Connection), entries: null, cancellation: cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public abstract Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation = default);

    private protected override void WriteMark(MarkKind kind, byte[] name, byte[]? value) =>
        WriteMarkAsync(kind, name, value, CancellationToken.None).GetAwaiter().GetResult();

    private protected Task WriteMarkAsync(MarkKind kind, byte[] name, byte[]? value, CancellationToken cancellation) => WriteAsync(
        context =>
        {
            context.Rows.WriteMark(kind, name, value);
            return true;
        },
        cancellation: cancellation);

    /// <summary>Begins a transaction. The index is up to date when it returns.</summary>
    private protected abstract IStoreRows BeginWrite();

    /// <summary>Makes the transaction durable.</summary>
    private protected abstract void CommitWrite(long lastChange, long entryCount);

    /// <summary>Takes the transaction back; does not throw.</summary>
    private protected abstract void RollbackWrite();

    /// <summary>Whether the same transaction may succeed now; waits first if that helps.</summary>
    private protected virtual bool MayTryAgain(Exception failure, int attempt) => false;

    /// <summary>Says in the store's words what a database's exception means, or null when it is not one.</summary>
    private protected abstract StoreException? Explain(Exception exception);

    /// <summary>Starts the writer; the last step of opening.</summary>
    private protected void StartWriting() => _queue = new WriteQueue(Bounds, Write);

    private protected async Task<T> WriteAsync<T>(
        Func<WriteContext, T> work,
        IReadOnlyList<PendingEntry>? entries = null,
        bool isExclusive = false,
        CancellationToken cancellation = default)
    {
        EnsureWritable();
        var request = new WriteRequest<T>(work) { Entries = entries ?? [], IsExclusive = isExclusive, Cancellation = cancellation };
        return await _queue!.EnqueueAsync(request).ConfigureAwait(false);
    }

    /// <exception cref="StoreException">The store was opened for reading only.</exception>
    private protected virtual void EnsureWritable()
    {
    }

    private protected override async ValueTask CloseAsync()
    {
        if (_queue is not null)
        {
            await _queue.CloseAsync().ConfigureAwait(false);
        }
    }

    private static (Pruning Result, bool IsDone) Prune(WriteContext context, long before)
    {
        var pruning = context.Pruning = new Pruning(context.Transaction.Index, context.Rows, before);
        pruning.DropBuffered();
        var due = pruning.Due();
        foreach (var log in due.Take(LogsPerPruning))
        {
            pruning.Prune(log);
        }

        return (pruning, due.Count <= LogsPerPruning);
    }

    private void Write(IReadOnlyList<WriteRequest> group)
    {
        var reason = TryWrite(group);
        if (group.Count > 1 && reason is not (null or StoreException { Failure: StoreFailure.Unreachable or StoreFailure.Locked }))
        {
            // One request may have failed the others: each gets a transaction of its own.
            foreach (var request in group)
            {
                Answer([request], TryWrite([request]));
            }

            return;
        }

        Answer(group, reason);
    }

    private static void Answer(IReadOnlyList<WriteRequest> group, Exception? reason)
    {
        foreach (var request in group)
        {
            if (reason is null)
            {
                request.Complete();
            }
            else
            {
                request.Fail(reason);
            }
        }
    }

    private Exception? TryWrite(IReadOnlyList<WriteRequest> group)
    {
        for (var attempt = 1; ; attempt++)
        {
            var failure = WriteOnce(group);
            if (failure is null || !MayTryAgain(failure, attempt))
            {
                return failure is null ? null : Explain(failure) ?? failure;
            }
        }
    }

    private Exception? WriteOnce(IReadOnlyList<WriteRequest> group)
    {
        try
        {
            var rows = BeginWrite();
            rows.Expect(group.Count == 1 ? group[0].Entries : [.. group.SelectMany(request => request.Entries)]);
            var transaction = new AppendTransaction(Index, rows, Bounds, LastChange, Now);
            var context = new WriteContext(transaction, rows);
            foreach (var request in group)
            {
                request.Execute(context);
            }

            transaction.Finish();
            CommitWrite(transaction.LastChange, Index.EntryCount + context.EntryDelta);
            transaction.Commit();
            context.Pruning?.Commit();
            Publish(transaction.LastChange);
            return null;
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to those who wait for the answer; the writer goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RollbackWrite();
            Index.Rollback();
            return exception;
        }
    }
}
