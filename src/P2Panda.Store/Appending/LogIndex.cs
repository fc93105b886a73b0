using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Store.Appending;

/// <summary>
/// Every log's state, in memory: what appends are judged against and what <see cref="ILogView"/> answers from. Written by one writer at
/// a time after its transaction is durable, read from any thread.
/// </summary>
internal sealed class LogIndex(StoreBounds bounds)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LogKey, LogState> _logs = [];
    private readonly SortedSet<LogKey> _order = [];
    private readonly SortedDictionary<PublicKey, int> _authors = [];
    private readonly HashSet<LogKey> _forked = [];
    private readonly OutOfOrderBuffer _buffer = new(bounds);
    private PublicKey[]? _sortedAuthors;
    private long _entryCount;

    /// <summary>Number the next new log gets.</summary>
    public long NextRow { get; private set; } = 1;

    public int ForkCount => Locked(() => _forked.Count);

    public long EntryCount => Interlocked.Read(ref _entryCount);

    public int BufferedCount => Locked(() => _buffer.Count);

    public LogState? Find(LogKey log)
    {
        lock (_lock)
        {
            return _logs.GetValueOrDefault(log);
        }
    }

    public bool IsForked(LogKey log)
    {
        lock (_lock)
        {
            return _forked.Contains(log);
        }
    }

    public LogSummary? Summarise(LogKey log)
    {
        lock (_lock)
        {
            return _logs.TryGetValue(log, out var state) ? SummaryOf(state) : null;
        }
    }

    public IReadOnlyList<LogSummary> Summaries()
    {
        lock (_lock)
        {
            return [.. _order.Select(key => SummaryOf(_logs[key]))];
        }
    }

    public IReadOnlyList<LogSummary> SummariesOf(LogFormat format, PublicKey author)
    {
        var first = new LogKey(format, author, default);
        var last = new LogKey(format, author, LargestLogId);
        lock (_lock)
        {
            return [.. _order.GetViewBetween(first, last).Select(key => SummaryOf(_logs[key]))];
        }
    }

    public KeyValuePair<LogKey, ulong>[] Heights()
    {
        lock (_lock)
        {
            return [.. _order.Select(key => KeyValuePair.Create(key, _logs[key].Height))];
        }
    }

    public IReadOnlyList<LogState> All(RetentionClass retention)
    {
        lock (_lock)
        {
            return [.. _logs.Values.Where(log => log.Retention == retention)];
        }
    }

    public void FindAuthors(ReadOnlySpan<byte> prefix, int limit, ICollection<PublicKey> matches)
    {
        PublicKey[] sorted;
        lock (_lock)
        {
            sorted = _sortedAuthors ??= [.. _authors.Keys];
        }

        if (prefix.Length > PublicKey.Length)
        {
            return;
        }

        Span<byte> lowest = stackalloc byte[PublicKey.Length];
        prefix.CopyTo(lowest);
        var at = Array.BinarySearch(sorted, new PublicKey(lowest));
        for (var i = at < 0 ? ~at : at; i < sorted.Length && limit > 0; i++, limit--)
        {
            if (!sorted[i].Bytes.StartsWith(prefix))
            {
                return;
            }

            matches.Add(sorted[i]);
        }
    }

    public IReadOnlyList<ulong> BufferedPositions(LogKey log)
    {
        lock (_lock)
        {
            return _buffer.PositionsOf(log);
        }
    }

    /// <summary>Reads or changes the buffer; changes are undone or confirmed with the transaction.</summary>
    public T WithBuffer<T>(Func<OutOfOrderBuffer, T> use)
    {
        lock (_lock)
        {
            return use(_buffer);
        }
    }

    /// <summary>Forgets everything and takes what a database holds.</summary>
    public void Load(IEnumerable<LogState> logs, IEnumerable<LogKey> forked, IEnumerable<BufferSlot> buffered, long entryCount, long nextRow)
    {
        lock (_lock)
        {
            _logs.Clear();
            _order.Clear();
            _authors.Clear();
            _forked.Clear();
            _sortedAuthors = null;
            foreach (var log in logs)
            {
                Put(log);
            }

            _forked.UnionWith(forked);
            ReplaceBuffer(buffered);
            NextRow = Math.Max(nextRow, NextRow);
            Interlocked.Exchange(ref _entryCount, entryCount);
        }
    }

    /// <summary>Takes what another writer of the same database committed since.</summary>
    /// <param name="logs">Logs that are new or have grown.</param>
    /// <param name="forked">Logs newly found forked.</param>
    /// <param name="buffered">The whole buffer as it is now, or null when it is unchanged.</param>
    /// <param name="entryCount">Entries that can be read.</param>
    /// <param name="nextRow">Number the next new log gets.</param>
    public void CatchUp(
        IEnumerable<LogState> logs, IEnumerable<LogKey> forked, IReadOnlyList<BufferSlot>? buffered, long entryCount, long nextRow)
    {
        lock (_lock)
        {
            foreach (var log in logs)
            {
                Put(log);
            }

            _forked.UnionWith(forked);
            if (buffered is not null)
            {
                ReplaceBuffer(buffered);
            }

            NextRow = Math.Max(nextRow, NextRow);
            Interlocked.Exchange(ref _entryCount, entryCount);
        }
    }

    /// <summary>Makes the outcome of a durable transaction visible.</summary>
    public void Commit(IEnumerable<LogState> logs, IEnumerable<LogKey> forked, IEnumerable<LogKey> forgotten, long addedEntries)
    {
        lock (_lock)
        {
            foreach (var log in logs)
            {
                Put(log);
            }

            foreach (var log in forgotten)
            {
                Drop(log);
            }

            _forked.UnionWith(forked);
            _buffer.Commit();
            Interlocked.Add(ref _entryCount, addedEntries);
        }
    }

    public void Rollback() => WithBuffer(buffer =>
    {
        buffer.Rollback();
        return true;
    });

    private static LogId LargestLogId { get; } = LogId.FromBytes([.. Enumerable.Repeat((byte)0xff, LogId.MaxLength)]);

    private LogSummary SummaryOf(LogState state) =>
        new(state.Key, state.Height, state.Head, state.AvailableFrom, state.Retention, _forked.Contains(state.Key));

    private void ReplaceBuffer(IEnumerable<BufferSlot> buffered)
    {
        foreach (var slot in _buffer.All().ToList())
        {
            _buffer.Remove(slot);
        }

        foreach (var slot in buffered)
        {
            _buffer.Add(slot);
        }

        _buffer.Commit();
    }

    private void Put(LogState log)
    {
        if (!_logs.ContainsKey(log.Key))
        {
            _order.Add(log.Key);
            _authors[log.Key.Author] = _authors.GetValueOrDefault(log.Key.Author) + 1;
            _sortedAuthors = _authors.Count == _sortedAuthors?.Length ? _sortedAuthors : null;
        }

        _logs[log.Key] = log;
        NextRow = Math.Max(NextRow, log.Row + 1);
    }

    private void Drop(LogKey log)
    {
        if (_logs.Remove(log))
        {
            _order.Remove(log);
            if (--_authors[log.Author] == 0)
            {
                _authors.Remove(log.Author);
                _sortedAuthors = null;
            }
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
