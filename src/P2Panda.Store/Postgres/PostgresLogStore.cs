using System.Data;
using System.Data.Common;
using System.Globalization;
using Npgsql;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;
using P2Panda.Store.Queue;
using static P2Panda.Store.Postgres.PostgresColumns;

namespace P2Panda.Store.Postgres;

/// <summary>
/// A store in a PostgreSQL schema that the gateways of one community share. A writer holds the lock of the schema's <c>state</c> row for
/// its transaction, so change numbers are given in the order of commits and an append is judged against everything committed before.
/// <c>NOTIFY</c> tells the other gateways at once.
/// </summary>
public sealed class PostgresLogStore : QueuedLogStore
{
    private const int MaxConflicts = 3;
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a failed write tells of reads, too; longer than it takes to try the next.</summary>
    private static readonly TimeSpan AwayFor = TimeSpan.FromSeconds(20);

    private readonly PostgresOptions _options;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresReader _reader;
    private readonly EntryCache _cache;
    private readonly string _name;
    private readonly string _channel;
    private readonly CancellationTokenSource _closing = new();
    private NpgsqlConnection? _connection;
    private PostgresRows? _rows;
    private PostgresState _known = new(0, 0, 1, -1, -1, -1);
    private long _unreachableSince;
    private long _failedAt;
    private long _knownRevision = -1;
    private int _isRefreshQueued;
    private Task _listening = Task.CompletedTask;

    private PostgresLogStore(string connectionString, PostgresOptions options)
        : base(options.Bounds, options.Time)
    {
        _options = options;
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = options.Schema };
        settings.KeepAlive = settings.KeepAlive == 0 ? 30 : settings.KeepAlive;
        settings.MaxAutoPrepare = settings.MaxAutoPrepare == 0 ? 40 : settings.MaxAutoPrepare;
        settings.AutoPrepareMinUsages = 2;
        settings.ApplicationName ??= "p2panda-radio";
        _name = $"'{settings.Database}' on '{settings.Host}', schema '{options.Schema}'";
        _channel = $"p2panda_{options.Schema}";
        _source = NpgsqlDataSource.Create(settings);
        _reader = new PostgresReader(_source, options.Gateway, options.Bounds.MaxReadBytes);
        _cache = new EntryCache(options.MaxCachedBytes);
    }

    /// <summary>Opens a community's schema, creating it and bringing it to this version's form if need be.</summary>
    /// <param name="connectionString">Server, database and user, in Npgsql's form.</param>
    /// <param name="options">Schema, gateway and bounds; the defaults when null.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The server cannot be reached or a newer program wrote the schema.</exception>
    public static async Task<PostgresLogStore> OpenAsync(
        string connectionString, PostgresOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new PostgresOptions();
        options.Validate();
        var store = new PostgresLogStore(connectionString, options);
        try
        {
            var connection = await store._source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                PostgresSchema.Migrate(connection, options.Schema, PostgresSchema.Steps);
            }

            store.StartWriting();
            await store.RefreshAsync().ConfigureAwait(false);
            store._listening = Task.Run(store.ListenAsync, CancellationToken.None);
            return store;
        }
        catch (Exception exception)
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw store.Explain(exception) ?? exception;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<StoredEntry?> ReadAsync(LogKey log, ulong sequenceNumber, CancellationToken cancellation = default) =>
        Guarded(() => Index.Find(log) is { } state && sequenceNumber <= state.Height
            ? _reader.ReadAsync(isAsync: true, state, sequenceNumber, cancellation)
            : ValueTask.FromResult<StoredEntry?>(null));

    /// <inheritdoc/>
    public override ValueTask<StoredEntry?> ReadAsync(LogFormat format, EntryId id, CancellationToken cancellation = default) =>
        Guarded(() => _reader.ReadAsync(format, id, cancellation));

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<StoredEntry>> ReadRangeAsync(
        LogKey log, ulong from, int limit, CancellationToken cancellation = default) =>
        Guarded<IReadOnlyList<StoredEntry>>(async () =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
            return Index.Find(log) is { } state ? await _reader.RangeAsync(state, from, limit, cancellation).ConfigureAwait(false) : [];
        });

    /// <inheritdoc/>
    public override ValueTask<ChangePage> ReadChangesAsync(long after, int limit, CancellationToken cancellation = default) =>
        Guarded(async () =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
            var last = LastChange;
            var entries = await _reader.ChangesAsync(after, last, limit, cancellation).ConfigureAwait(false);
            var forks = await _reader.ForksAsync(after, last, limit, cancellation).ConfigureAwait(false);
            var changes = entries.Select(entry => new StoreChange(entry.Change, StoreChangeKind.Appended, entry))
                .Concat(forks.Select(fork => new StoreChange(fork.Change, StoreChangeKind.Forked, fork.Second)))
                .OrderBy(change => change.Sequence);
            return ChangePage.Of(changes, after, limit, Bounds.MaxReadBytes, last);
        });

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<ForkEvidence>> ReadForksAsync(
        long after, int limit, CancellationToken cancellation = default) =>
        Guarded(async () =>
        {
            var forks = await _reader.ForksAsync(after, LastChange, limit, cancellation).ConfigureAwait(false);
            return Page.Of(forks, limit, Bounds.MaxReadBytes, fork => fork.First.Size + fork.Second.Size);
        });

    /// <inheritdoc/>
    public override bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber)
    {
        var found = _cache.Find(id) is { } cached ? (cached.Log, cached.SequenceNumber) : Guarded(() => _reader.FindPosition(id));
        (log, sequenceNumber) = found ?? default;
        return found is not null;
    }

    /// <inheritdoc/>
    public override byte[]? Read(MarkKind kind, ReadOnlySpan<byte> name)
    {
        var key = name.ToArray();
        return Guarded(() => _reader.Mark(kind, key));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<byte[], byte[]>> ReadAll(MarkKind kind) => Guarded(() => _reader.Marks(kind));

    /// <inheritdoc/>
    public override SqlDialect Dialect => SqlDialect.Postgres;

    /// <inheritdoc/>
    public override async Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation = default) =>
        await Guarded(async () =>
        {
            var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation).ConfigureAwait(false);
                await using (snapshot.ConfigureAwait(false))
                {
                    return read(connection);
                }
            }
        }).ConfigureAwait(false);

    private protected override bool TryReadId(LogState log, ulong sequenceNumber, out EntryId id)
    {
        id = _cache.Find(log.Key, sequenceNumber)?.Id ?? Guarded(() => _reader.FindId(log, sequenceNumber));
        return !id.IsEmpty;
    }

    private protected override StoredEntry? ReadStored(LogState log, ulong sequenceNumber)
    {
        if (_cache.Find(log.Key, sequenceNumber) is { } cached)
        {
            return cached;
        }

        var stored = Guarded(() => _reader.ReadAsync(isAsync: false, log, sequenceNumber, default).AsTask().GetAwaiter().GetResult());
        if (stored is not null)
        {
            _cache.Add(stored);
        }

        return stored;
    }

    private protected override IStoreRows BeginWrite()
    {
        if (_connection is not { FullState: ConnectionState.Open })
        {
            _connection?.Dispose();
            _connection = _source.OpenConnection();
            PostgresSchema.Execute(_connection, "SET synchronous_commit = on; SET lock_timeout = '30s'");
        }

        using var begin = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand("BEGIN"),
                new NpgsqlBatchCommand(
                    "SELECT last_change, entry_count, next_log, revision, buffer_revision, forget_revision FROM state FOR UPDATE"),
            },
        };
        PostgresState state;
        using (var row = begin.ExecuteReader())
        {
            row.Read();
            state = new PostgresState(
                row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));
        }

        CatchUp(state);
        return _rows = new PostgresRows(_connection, Index, state, _options.Gateway);
    }

    private protected override void CommitWrite(long lastChange, long entryCount)
    {
        Know(_rows!.Commit(lastChange, entryCount, _channel));
        _unreachableSince = 0;
        Volatile.Write(ref _failedAt, 0);
        if (_rows.HasPruned)
        {
            _cache.Clear();
        }

        foreach (var entry in _rows.Appended)
        {
            _cache.Add(entry);
        }
    }

    private protected override void RollbackWrite()
    {
        // Closing the session takes the transaction back wherever it stands; the next write opens another.
        _connection?.Dispose();
        _connection = null;
    }

    private protected override bool MayTryAgain(Exception failure, int attempt)
    {
        if (PostgresErrors.IsConflict(failure) && attempt < MaxConflicts)
        {
            // Rows that contradict the index: somebody wrote without our lock. Look at everything again.
            Know(_known with { Revision = -1 });
            return true;
        }

        if (Explain(failure) is not { Failure: StoreFailure.Unreachable } || _closing.IsCancellationRequested)
        {
            return false;
        }

        var now = _options.Time.GetTimestamp();
        _unreachableSince = attempt == 1 || _unreachableSince == 0 ? now : _unreachableSince;
        Volatile.Write(ref _failedAt, now);
        if (_options.Time.GetElapsedTime(_unreachableSince, now) >= _options.RetryFor)
        {
            return false;
        }

        NpgsqlConnection.ClearAllPools();
        return !_closing.Token.WaitHandle.WaitOne(ReconnectDelay);
    }

    /// <summary>
    /// The radio is not to wait for a server that is away: it is told at once while that is known, and soon when it is not. What was taken
    /// back may be written all the same; marks are such that this does no harm.
    /// </summary>
    private protected override void WriteMark(MarkKind kind, byte[] name, byte[]? value)
    {
        EnsureReachable();
        using var patience = new CancellationTokenSource(_options.MarkPatience, _options.Time);
        try
        {
            WriteMarkAsync(kind, name, value, patience.Token).WaitAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw new StoreException(StoreFailure.Unreachable, $"The log store {_name} does not answer.");
        }
    }

    private protected override StoreException? Explain(Exception exception) => PostgresErrors.Explain(_name, exception);

    private protected override async ValueTask CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await base.CloseAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        if (_connection is not null)
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }

        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private static List<T> Query<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, params object[] values) =>
        PostgresReader.QueryAsync(isAsync: false, connection, sql, values, read, default).AsTask().GetAwaiter().GetResult();

    /// <summary>Brings the index to the revision whose lock we hold.</summary>
    private void CatchUp(PostgresState state)
    {
        const string BufferedSlots = "SELECT format, author, log_id, seq, id, size, retention, received FROM buffered";
        if (state.Revision == _known.Revision)
        {
            return;
        }

        if (_known.Revision < 0 || state.ForgetRevision > _known.Revision)
        {
            Index.Load(
                Query(_connection!, $"SELECT {Log} FROM logs", ReadLog),
                Query(_connection!, "SELECT format, author, log_id FROM forks", row => row.ReadLogKey(0)),
                Query(_connection!, BufferedSlots, ReadSlot),
                state.EntryCount,
                state.NextLog);
            _cache.Clear();
        }
        else
        {
            Index.CatchUp(
                Query(_connection!, $"SELECT {Log} FROM logs WHERE revision > $1", ReadLog, _known.Revision),
                Query(_connection!, "SELECT format, author, log_id FROM forks WHERE change > $1", row => row.ReadLogKey(0), _known.LastChange),
                state.BufferRevision > _known.Revision ? Query(_connection!, BufferedSlots, ReadSlot) : null,
                state.EntryCount,
                state.NextLog);
        }

        Know(state);
        Publish(state.LastChange);
    }

    private void Know(PostgresState state)
    {
        _known = state;
        Interlocked.Exchange(ref _knownRevision, state.Revision);
    }

    /// <summary>Hears of other gateways' commits for as long as the store is open; after a broken connection it looks for what it missed.</summary>
    private async Task ListenAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                var connection = await _source.OpenConnectionAsync(_closing.Token).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    connection.Notification += (_, notice) => OnNotification(notice.Payload);
                    PostgresSchema.Execute(connection, $"LISTEN {_channel}");
                    QueueRefresh();
                    while (true)
                    {
                        await connection.WaitAsync(_closing.Token).ConfigureAwait(false);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception) when (Explain(exception) is not null)
            {
                await Task.WhenAny(Task.Delay(ReconnectDelay, _options.Time, _closing.Token)).ConfigureAwait(false);
            }
        }
    }

    private void OnNotification(string revision)
    {
        var isKnown = long.TryParse(revision, CultureInfo.InvariantCulture, out var number) &&
            number <= Interlocked.Read(ref _knownRevision);
        if (!isKnown)
        {
            QueueRefresh();
        }
    }

    private void QueueRefresh()
    {
        if (Interlocked.Exchange(ref _isRefreshQueued, 1) == 0)
        {
            _ = RefreshQuietlyAsync();
        }
    }

    private async Task RefreshQuietlyAsync()
    {
        try
        {
            await RefreshAsync().ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Closed, or unreachable: the listener looks again when it has a connection.
            Interlocked.Exchange(ref _isRefreshQueued, 0);
        }
    }

    /// <summary>An empty write: catching up is how every write begins.</summary>
    private Task<int> RefreshAsync() => WriteAsync(_ => Interlocked.Exchange(ref _isRefreshQueued, 0), isExclusive: true);

    private T Guarded<T>(Func<T> read)
    {
        EnsureOpen();
        EnsureReachable();
        try
        {
            return read();
        }
        catch (Exception exception) when (Explain(exception) is { } explained)
        {
            throw explained;
        }
    }

    private async ValueTask<T> Guarded<T>(Func<ValueTask<T>> read)
    {
        EnsureOpen();
        EnsureReachable();
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception exception) when (Explain(exception) is { } explained)
        {
            throw explained;
        }
    }

    private void EnsureOpen()
    {
        if (_closing.IsCancellationRequested)
        {
            throw ClosedException();
        }
    }

    /// <summary>Nobody waits for a server of which the writer knows that it is away.</summary>
    private void EnsureReachable()
    {
        var failedAt = Volatile.Read(ref _failedAt);
        if (failedAt != 0 && _options.Time.GetElapsedTime(failedAt) < AwayFor)
        {
            throw new StoreException(StoreFailure.Unreachable, $"The log store {_name} is away; it is tried again and again.");
        }
    }
}
