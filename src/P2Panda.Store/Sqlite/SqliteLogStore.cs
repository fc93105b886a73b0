using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;
using P2Panda.Store.Queue;

namespace P2Panda.Store.Sqlite;

/// <summary>
/// A store in one SQLite file, for one gateway: the default. Write-ahead log, one writer whose commits concurrent appends share, readers
/// that never wait for it. Reads run on the caller's thread and are complete when the call returns.
/// </summary>
public sealed class SqliteLogStore : QueuedLogStore
{
    private readonly string _path;
    private readonly SqliteOptions _options;
    private readonly SqliteReaders _readers;
    private readonly SqliteRows? _rows;
    private readonly SqliteLock? _lock;

    private SqliteLogStore(string path, SqliteOptions options, SqliteLock? @lock)
        : base(options.Bounds, options.Time)
    {
        _path = path;
        _options = options;
        _lock = @lock;
        _readers = new SqliteReaders(() => new SqliteReader(Connect(SqliteOpenMode.ReadOnly)));
        if (!options.ReadOnly)
        {
            var connection = Connect(SqliteOpenMode.ReadWriteCreate);
            try
            {
                SqliteSchema.Migrate(connection, SqliteSchema.Steps);
                _rows = new SqliteRows(connection);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
    }

    /// <summary>The database file.</summary>
    public string Path => _path;

    /// <summary>Opens a database, creating it (unless for reading only) and bringing it to this version's form.</summary>
    /// <exception cref="StoreException">
    /// Another gateway has it open, it is damaged, written by a newer version or by another program, or cannot be written.
    /// </exception>
    public static SqliteLogStore Open(string path, SqliteOptions? options = null)
    {
        options ??= new SqliteOptions();
        path = System.IO.Path.GetFullPath(path);
        if (options.ReadOnly && !File.Exists(path))
        {
            throw new StoreException(StoreFailure.Failed, $"There is no log store at '{path}'.");
        }

        var fileLock = options.ReadOnly ? null : SqliteLock.Take(path);
        SqliteLogStore? store = null;
        try
        {
            store = new SqliteLogStore(path, options, fileLock);
            store.Publish(store.Read(reader => reader.LoadInto(store.Index)));
            if (!options.ReadOnly)
            {
                store.StartWriting();
            }

            return store;
        }
        catch (Exception exception)
        {
            store?._readers.Dispose();
            store?._rows?.Dispose();
            fileLock?.Dispose();
            if (exception is SqliteException sqlite)
            {
                throw SqliteErrors.Explain(path, sqlite);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<StoredEntry?> ReadAsync(LogKey log, ulong sequenceNumber, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Read(reader => Index.Find(log) is { } state ? reader.Read(state, sequenceNumber) : null));

    /// <inheritdoc/>
    public override ValueTask<StoredEntry?> ReadAsync(LogFormat format, EntryId id, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Read(reader => reader.Read(format, id)));

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<StoredEntry>> ReadRangeAsync(
        LogKey log, ulong from, int limit, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Read(reader => Page.Of(
            Index.Find(log) is { } state ? reader.Range(state, from) : [], limit, Bounds.MaxReadBytes, entry => entry.Size)));

    /// <inheritdoc/>
    public override ValueTask<ChangePage> ReadChangesAsync(long after, int limit, CancellationToken cancellation = default)
    {
        // Taken before the rows are read: what is committed meanwhile is left for the next page.
        var last = LastChange;
        return ValueTask.FromResult(Read(reader => ChangePage.Of(reader.Changes(after, last), after, limit, Bounds.MaxReadBytes, last)));
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<ForkEvidence>> ReadForksAsync(
        long after, int limit, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Read(reader => Page.Of(
            reader.Forks(after), limit, Bounds.MaxReadBytes, fork => fork.First.Size + fork.Second.Size)));

    /// <inheritdoc/>
    public override bool TryGetPosition(EntryId id, out LogKey log, out ulong sequenceNumber)
    {
        var found = Read(reader => reader.FindPosition(id));
        (log, sequenceNumber) = found ?? default;
        return found is not null;
    }

    /// <inheritdoc/>
    public override byte[]? Read(MarkKind kind, ReadOnlySpan<byte> name)
    {
        var key = name.ToArray();
        return Read(reader => reader.Mark(kind, key));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<KeyValuePair<byte[], byte[]>> ReadAll(MarkKind kind) => Read(reader => reader.Marks(kind));

    /// <inheritdoc/>
    public override SqlDialect Dialect => SqlDialect.Sqlite;

    /// <inheritdoc/>
    public override Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation = default) =>
        Task.FromResult(Read(reader => reader.InSnapshot(read)));

    /// <summary>What SQLite's own check of the whole file finds wrong; empty when all is well. Reads everything.</summary>
    public IReadOnlyList<string> CheckIntegrity() => Read(reader => reader.CheckIntegrity());

    /// <summary>A setting of the writer's connection.</summary>
    internal long WriterPragma(string name) => _rows!.Pragma(name);

    private protected override bool TryReadId(LogState log, ulong sequenceNumber, out EntryId id)
    {
        var found = Read(reader => reader.TryFindId(log, sequenceNumber, out var stored) ? stored : default);
        id = found;
        return !found.IsEmpty;
    }

    private protected override StoredEntry? ReadStored(LogState log, ulong sequenceNumber) =>
        Read(reader => reader.Read(log, sequenceNumber));

    private protected override IStoreRows BeginWrite()
    {
        _rows!.Begin();
        return _rows;
    }

    private protected override void CommitWrite(long lastChange, long entryCount) => _rows!.Commit(lastChange, entryCount);

    private protected override void RollbackWrite() => _rows!.Rollback();

    private protected override StoreException? Explain(Exception exception) =>
        exception is SqliteException sqlite ? SqliteErrors.Explain(_path, sqlite) : null;

    private protected override void EnsureWritable()
    {
        if (_options.ReadOnly)
        {
            throw new StoreException(StoreFailure.ReadOnly, $"'{_path}' was opened for reading only.");
        }
    }

    private protected override async ValueTask CloseAsync()
    {
        await base.CloseAsync().ConfigureAwait(false);
        _readers.Dispose();
        _rows?.Dispose();
        _lock?.Dispose();
    }

    private T Read<T>(Func<SqliteReader, T> read)
    {
        try
        {
            return _readers.Use(read);
        }
        catch (SqliteException exception)
        {
            throw SqliteErrors.Explain(_path, exception);
        }
    }

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(_options.BusyTimeout.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            SqliteSchema.EnsureOurs(connection, SqliteSchema.Steps.Count, mayBeOlder: !_options.ReadOnly);
            var synchronous = _options.Durability == SqliteDurability.Full ? "FULL" : "NORMAL";
            var pragmas = $"PRAGMA busy_timeout={_options.BusyTimeout.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture)}; ";
            if (mode != SqliteOpenMode.ReadOnly)
            {
                // A larger write-ahead log than SQLite's default: fewer pages are written twice while many entries come in.
                pragmas += $"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; " +
                    $"PRAGMA wal_autocheckpoint={_options.CheckpointPages}; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000; ";
                pragmas += _options.MaxPages is { } pages ? $"PRAGMA max_page_count={pages}; " : "";
            }

            SqliteSchema.Execute(connection, pragmas);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
