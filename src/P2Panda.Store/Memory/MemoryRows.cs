using P2Panda.Core.Logs;
using P2Panda.Store.Appending;

namespace P2Panda.Store.Memory;

/// <summary>The rows of a <see cref="MemoryLogStore"/>. Used under its lock; its transactions cannot fail, so nothing is undone.</summary>
internal sealed class MemoryRows : IAppendRows, IPruneRows
{
    private readonly Dictionary<LogKey, List<MemoryRow>> _logs = [];
    private readonly Dictionary<EntryId, MemoryRow> _byId = [];
    private readonly SortedList<long, StoreChange> _changes = [];
    private readonly Dictionary<(LogKey Log, ulong SequenceNumber), PendingEntry> _buffered = [];
    private readonly List<ForkEvidence> _forks = [];

    public MemoryRow? FindById(EntryId id) => _byId.GetValueOrDefault(id);

    public IEnumerable<StoredEntry> Range(LogState log, ulong from)
    {
        var rows = _logs[log.Key];
        var first = rows[0].SequenceNumber;
        for (var i = from <= first ? 0 : from - first; i < (ulong)rows.Count; i++)
        {
            if (rows[(int)i].Readable is { } entry)
            {
                yield return entry;
            }
        }
    }

    public IEnumerable<StoreChange> Changes(long after)
    {
        var keys = _changes.Keys;
        int low = 0, high = keys.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = keys[middle] > after ? (low, middle) : (middle + 1, high);
        }

        for (; low < keys.Count; low++)
        {
            yield return _changes.Values[low];
        }
    }

    public IEnumerable<ForkEvidence> Forks(long after) => _forks.Where(fork => fork.Change > after);

    public bool TryFind(LogState log, ulong sequenceNumber, out EntryId id, out bool isPruned)
    {
        var row = Find(log, sequenceNumber);
        (id, isPruned) = row is null ? default : (row.Id, row.Readable is null);
        return row is not null;
    }

    public StoredEntry? Read(LogState log, ulong sequenceNumber) => Find(log, sequenceNumber)?.Readable;

    public void Insert(LogState log, PendingEntry entry, long change, long now)
    {
        if (!_logs.TryGetValue(log.Key, out var rows))
        {
            _logs[log.Key] = rows = [];
        }

        rows.Add(Enter(entry, change, now));
    }

    public void Restore(LogState log, PendingEntry entry, long change, long now)
    {
        var rows = _logs[log.Key];
        rows[(int)(entry.SequenceNumber - rows[0].SequenceNumber)] = Enter(entry, change, now);
    }

    public (ulong Position, long ReceivedAt) FindAvailable(LogState log)
    {
        var rows = _logs[log.Key];
        var row = rows[rows.FindLastIndex(row => row.Readable is null) + 1];
        return (row.SequenceNumber, row.ReceivedAt);
    }

    public void WriteLog(LogState log)
    {
        // The index is the only copy.
    }

    public PendingEntry? ReadBuffered(LogKey log, ulong sequenceNumber) => _buffered.GetValueOrDefault((log, sequenceNumber));

    public void InsertBuffered(PendingEntry entry) => _buffered.Add((entry.Log, entry.SequenceNumber), entry);

    public void DeleteBuffered(LogKey log, ulong sequenceNumber) => _buffered.Remove((log, sequenceNumber));

    public void InsertFork(LogKey log, long change, PendingEntry? second, StoredEntry? first)
    {
        if (second is not null && first is not null)
        {
            var refused = second.ToStored(change, second.ReceivedAt);
            _forks.Add(new ForkEvidence(log, second.SequenceNumber, first, refused, change));
            _changes.Add(change, new StoreChange(change, StoreChangeKind.Forked, refused));
        }
    }

    public (ulong Position, long ReceivedAt)? FindReceivedSince(LogState log, long receivedFrom)
    {
        var row = _logs[log.Key].Find(row => row.SequenceNumber >= log.AvailableFrom && row.ReceivedAt >= receivedFrom);
        return row is null ? null : (row.SequenceNumber, row.ReceivedAt);
    }

    public long DropBytesBelow(LogState log, ulong position)
    {
        var rows = _logs[log.Key];
        var dropped = 0;
        for (var i = 0; i < rows.Count && rows[i].SequenceNumber < position; i++)
        {
            if (rows[i].Readable is { } entry)
            {
                _changes.Remove(entry.Change);
                rows[i] = _byId[entry.Id] = rows[i] with { Readable = null };
                dropped++;
            }
        }

        return dropped;
    }

    public long Forget(LogState log)
    {
        var dropped = 0;
        foreach (var row in _logs[log.Key])
        {
            _byId.Remove(row.Id);
            if (row.Readable is { } entry)
            {
                _changes.Remove(entry.Change);
                dropped++;
            }
        }

        _logs.Remove(log.Key);
        return dropped;
    }

    private MemoryRow Enter(PendingEntry entry, long change, long now)
    {
        var stored = entry.ToStored(change, now);
        _changes.Add(change, new StoreChange(change, StoreChangeKind.Appended, stored));
        return _byId[entry.Id] = new MemoryRow(entry.Log, entry.SequenceNumber, entry.Id, now, stored);
    }

    private MemoryRow? Find(LogState log, ulong sequenceNumber)
    {
        if (!_logs.TryGetValue(log.Key, out var rows))
        {
            return null;
        }

        var at = sequenceNumber - rows[0].SequenceNumber;
        return at < (ulong)rows.Count ? rows[(int)at] : null;
    }
}
