using P2Panda.Core.Logs;
using P2Panda.Store.Appending;

namespace P2Panda.Store.Memory;

/// <summary>A store in this process's memory: for simulations, tests and gateways that need not remember. Every call completes before it returns.</summary>
public sealed class MemoryLogStore : IndexedLogStore
{
    private readonly Lock _lock = new();
    private readonly MemoryRows _rows = new();
    private readonly Dictionary<MarkKind, SortedDictionary<byte[], byte[]>> _marks = [];
    private bool _isClosed;

    /// <summary>An empty store.</summary>
    /// <param name="bounds">How much may be held; the defaults when null.</param>
    /// <param name="time">The clock that dates what comes in; the system's when null.</param>
    public MemoryLogStore(StoreBounds? bounds = null, TimeProvider? time = null)
        : base(bounds, time ?? TimeProvider.System)
    {
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<VerifiedEntry> entries,
        EntryOrigin origin,
        RetentionClass retention = RetentionClass.Kept,
        CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var pending = Prepare(entries, retention, origin);
        return ValueTask.FromResult<IReadOnlyList<AppendResult>>(InTransaction(transaction => transaction.Append(pending)));
    }

    /// <inheritdoc/>
    public override ValueTask<StoredEntry?> ReadAsync(LogKey log, ulong sequenceNumber, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Locked(() => Index.Find(log) is { } state ? _rows.Read(state, sequenceNumber) : null));

    /// <inheritdoc/>
    public override ValueTask<StoredEntry?> ReadAsync(LogFormat format, EntryId id, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Locked(() => _rows.FindById(id) is { } found && found.Log.Format == format ? found.Readable : null));

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<StoredEntry>> ReadRangeAsync(
        LogKey log, ulong from, int limit, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Locked(() => Page.Of(
            Index.Find(log) is { } state ? _rows.Range(state, from) : [], limit, Bounds.MaxReadBytes, entry => entry.Size)));

    /// <inheritdoc/>
    public override ValueTask<ChangePage> ReadChangesAsync(long after, int limit, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Locked(() => ChangePage.Of(_rows.Changes(after), after, limit, Bounds.MaxReadBytes, LastChange)));

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<ForkEvidence>> ReadForksAsync(
        long after, int limit, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Locked(() => Page.Of(
            _rows.Forks(after), limit, Bounds.MaxReadBytes, fork => fork.First.Size + fork.Second.Size)));

    /// <inheritdoc/>
    public override ValueTask<bool> SetRetentionAsync(LogKey log, RetentionClass retention, CancellationToken cancellation = default) =>
        ValueTask.FromResult(InTransaction(transaction => transaction.SetRetention(log, retention)));

    /// <inheritdoc/>
    public override ValueTask<PruneResult> PruneAsync(DateTimeOffset receivedBefore, CancellationToken cancellation = default)
    {
        lock (_lock)
        {
            EnsureOpen();
            var pruning = new Pruning(Index, _rows, receivedBefore.ToUnixTimeMilliseconds());
            pruning.DropBuffered();
            foreach (var log in pruning.Due())
            {
                pruning.Prune(log);
            }

            return ValueTask.FromResult(pruning.Commit());
        }
    }

    /// <inheritdoc/>
    public override bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber)
    {
        lock (_lock)
        {
            var found = _rows.FindById(id);
            (log, sequenceNumber) = found is null ? default : (found.Log, found.SequenceNumber);
            return found is not null;
        }
    }

    /// <inheritdoc/>
    public override byte[]? Read(MarkKind kind, ReadOnlySpan<byte> name)
    {
        var key = name.ToArray();
        return Locked(() => _marks.TryGetValue(kind, out var marks) && marks.TryGetValue(key, out var value) ? value.AsSpan().ToArray() : null);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<byte[], byte[]>> ReadAll(MarkKind kind) =>
        Locked<IReadOnlyList<KeyValuePair<byte[], byte[]>>>(() => _marks.TryGetValue(kind, out var marks)
            ? [.. marks.Select(mark => KeyValuePair.Create<byte[], byte[]>([.. mark.Key], [.. mark.Value]))]
            : []);

    private protected override void WriteMark(MarkKind kind, byte[] name, byte[]? value)
    {
        lock (_lock)
        {
            EnsureOpen();
            if (!_marks.TryGetValue(kind, out var marks))
            {
                _marks[kind] = marks = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
            }

            if (value is null)
            {
                marks.Remove(name);
            }
            else
            {
                marks[name] = value;
            }
        }
    }

    private protected override bool TryReadId(LogState log, ulong sequenceNumber, out EntryId id)
    {
        lock (_lock)
        {
            return _rows.TryFind(log, sequenceNumber, out id, out _);
        }
    }

    private protected override StoredEntry? ReadStored(LogState log, ulong sequenceNumber) =>
        Locked(() => _rows.Read(log, sequenceNumber));

    private protected override ValueTask CloseAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        return ValueTask.CompletedTask;
    }

    private T InTransaction<T>(Func<AppendTransaction, T> judge)
    {
        T result;
        long lastChange;
        lock (_lock)
        {
            EnsureOpen();
            var transaction = new AppendTransaction(Index, _rows, Bounds, LastChange, Now);
            result = judge(transaction);
            transaction.Finish();
            transaction.Commit();
            lastChange = transaction.LastChange;
            Publish(lastChange);
        }

        return result;
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            EnsureOpen();
            return read();
        }
    }

    private void EnsureOpen()
    {
        if (_isClosed)
        {
            throw ClosedException();
        }
    }
}
