using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;

namespace P2Panda.Store;

/// <summary>
/// What all stores share: the logs' states in memory, the members answered from there, and waiting for changes. The derived store keeps
/// the rows.
/// </summary>
public abstract class IndexedLogStore : ILogStore, ILogView, IDurableMarks
{
    private readonly ChangeSignal _changes = new();

    private protected IndexedLogStore(StoreBounds? bounds, TimeProvider time)
    {
        Bounds = bounds ?? StoreBounds.Default;
        Bounds.Validate();
        Time = time;
        Index = new LogIndex(Bounds);
    }

    /// <inheritdoc/>
    public ILogView View => this;

    /// <inheritdoc/>
    public IDurableMarks Marks => this;

    /// <inheritdoc/>
    public long LastChange => _changes.Last;

    /// <inheritdoc/>
    public long EntryCount => Index.EntryCount;

    /// <inheritdoc/>
    public int BufferedCount => Index.BufferedCount;

    /// <summary>The bounds the store was opened with.</summary>
    public StoreBounds Bounds { get; }

    internal LogIndex Index { get; }

    private protected TimeProvider Time { get; }

    private protected long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public ValueTask<AppendResult> AppendAsync(
        VerifiedEntry entry, RetentionClass retention = RetentionClass.Kept, CancellationToken cancellation = default)
    {
        var appended = AppendAsync([entry], retention, cancellation);
        return appended.IsCompletedSuccessfully ? ValueTask.FromResult(appended.Result[0]) : Awaited(appended);

        static async ValueTask<AppendResult> Awaited(ValueTask<IReadOnlyList<AppendResult>> results) =>
            (await results.ConfigureAwait(false))[0];
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<VerifiedEntry> entries, RetentionClass retention = RetentionClass.Kept, CancellationToken cancellation = default) =>
        AppendAsync(entries, EntryOrigin.Client, retention, cancellation);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<VerifiedEntry> entries,
        EntryOrigin origin,
        RetentionClass retention = RetentionClass.Kept,
        CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract ValueTask<StoredEntry?> ReadAsync(LogKey log, ulong sequenceNumber, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract ValueTask<StoredEntry?> ReadAsync(LogFormat format, EntryId id, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<StoredEntry>> ReadRangeAsync(
        LogKey log, ulong from, int limit, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public LogSummary? FindLog(LogKey log) => Index.Summarise(log);

    /// <inheritdoc/>
    public IReadOnlyList<LogSummary> Logs() => Index.Summaries();

    /// <inheritdoc/>
    public IReadOnlyList<LogSummary> LogsOf(LogFormat format, PublicKey author) => Index.SummariesOf(format, author);

    /// <inheritdoc/>
    public IReadOnlyList<ulong> BufferedPositions(LogKey log) => Index.BufferedPositions(log);

    /// <inheritdoc/>
    public abstract ValueTask<ChangePage> ReadChangesAsync(long after, int limit, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public Task WaitForChangesAsync(long after, CancellationToken cancellation = default) => _changes.WaitAsync(after, cancellation);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<ForkEvidence>> ReadForksAsync(long after, int limit, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract ValueTask<bool> SetRetentionAsync(LogKey log, RetentionClass retention, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract ValueTask<PruneResult> PruneAsync(DateTimeOffset receivedBefore, CancellationToken cancellation = default);

    /// <summary>Finishes what was begun and closes the store; whoever still waits for changes is told so.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _changes.Close(ClosedException());
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public ulong? HeightOf(LogKey log) => Index.Find(log)?.Height;

    /// <inheritdoc/>
    public bool TryGetId(LogKey log, ulong sequenceNumber, out EntryId id)
    {
        id = default;
        if (Index.Find(log) is not { } state || sequenceNumber > state.Height)
        {
            return false;
        }

        if (sequenceNumber == state.Height)
        {
            id = state.Head;
            return true;
        }

        return TryReadId(state, sequenceNumber, out id);
    }

    /// <inheritdoc/>
    public abstract bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber);

    /// <inheritdoc/>
    public bool TryGetBytes(LogKey log, ulong sequenceNumber, out ReadOnlyMemory<byte> entry, out ReadOnlyMemory<byte>? payload)
    {
        if (Index.Find(log) is { } state && sequenceNumber <= state.Height && ReadStored(state, sequenceNumber) is { } stored)
        {
            (entry, payload) = (stored.EntryBytes, stored.PayloadBytes);
            return true;
        }

        (entry, payload) = (default, null);
        return false;
    }

    /// <inheritdoc/>
    public void FindAuthors(ReadOnlySpan<byte> prefix, int limit, ICollection<PublicKey> matches) =>
        Index.FindAuthors(prefix, limit, matches);

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<LogKey, ulong>> Heights() => Index.Heights();

    /// <inheritdoc/>
    public abstract byte[]? Read(MarkKind kind, ReadOnlySpan<byte> name);

    /// <inheritdoc/>
    public abstract IReadOnlyList<KeyValuePair<byte[], byte[]>> ReadAll(MarkKind kind);

    /// <inheritdoc/>
    public void Write(MarkKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, IDurableMarks.MaxNameLength, nameof(name));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, IDurableMarks.MaxValueLength, nameof(value));
        WriteMark(kind, name.ToArray(), value.ToArray());
    }

    /// <inheritdoc/>
    public void Remove(MarkKind kind, ReadOnlySpan<byte> name) => WriteMark(kind, name.ToArray(), null);

    private protected static StoreException ClosedException() => new(StoreFailure.Closed, "The log store is closed.");

    private protected void Publish(long change) => _changes.Publish(change);

    private protected abstract ValueTask CloseAsync();

    private protected abstract bool TryReadId(LogState log, ulong sequenceNumber, out EntryId id);

    private protected abstract StoredEntry? ReadStored(LogState log, ulong sequenceNumber);

    private protected abstract void WriteMark(MarkKind kind, byte[] name, byte[]? value);

    private protected PendingEntry[] Prepare(IReadOnlyList<VerifiedEntry> entries, RetentionClass retention, EntryOrigin origin)
    {
        var now = Now;
        var pending = new PendingEntry[entries.Count];
        for (var i = 0; i < pending.Length; i++)
        {
            pending[i] = PendingEntry.From(entries[i], retention, now, origin);
        }

        return pending;
    }
}
