using P2Panda.Core.Logs;

namespace P2Panda.Store.Appending;

/// <summary>
/// Judges entries one after the other against the index and the rows, and writes what follows from it. Nothing becomes visible in the
/// index before <see cref="Commit"/>, which the owner calls when the rows are durable.
/// </summary>
internal sealed class AppendTransaction(LogIndex index, IAppendRows rows, StoreBounds bounds, long lastChange, long now)
{
    private readonly Dictionary<LogKey, LogState> _touched = [];
    private readonly HashSet<LogKey> _forked = [];
    private readonly Dictionary<EntryId, long> _drained = [];
    private long _nextRow = index.NextRow;
    private long _added;

    public LogIndex Index => index;

    /// <summary>The newest change number, given out by this transaction or before it.</summary>
    public long LastChange { get; private set; } = lastChange;

    /// <summary>Entries this transaction added.</summary>
    public long Added => _added;

    public AppendResult[] Append(IReadOnlyList<PendingEntry> entries)
    {
        var results = new AppendResult[entries.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Append(entries[i]);
        }

        // An entry that was buffered and then drained within this transaction is stored when the caller reads the answer.
        for (var i = 0; _drained.Count > 0 && i < results.Length; i++)
        {
            if (results[i].Outcome == AppendOutcome.Buffered && _drained.TryGetValue(entries[i].Id, out var change))
            {
                results[i] = new AppendResult(AppendOutcome.Appended, change);
            }
        }

        return results;
    }

    /// <summary>Writes the rows of the logs touched; the last step before the rows are made durable.</summary>
    public void Finish()
    {
        foreach (var log in _touched.Values)
        {
            rows.WriteLog(log);
        }
    }

    public void Commit() => index.Commit(_touched.Values, _forked, [], _added);

    public bool SetRetention(LogKey key, RetentionClass retention)
    {
        if (Find(key) is not { } log)
        {
            return false;
        }

        _touched[key] = log with { Retention = retention };
        return true;
    }

    private AppendResult Append(PendingEntry entry)
    {
        var log = Find(entry.Log);
        if (log is not null && entry.SequenceNumber <= log.Height)
        {
            return AtTakenPosition(log, entry);
        }

        var isNext = log is null ? entry.Backlink is null : entry.SequenceNumber == log.Height + 1;
        if (!isNext)
        {
            return Hold(entry);
        }

        var outcome = Place(log, entry);
        if (outcome != AppendOutcome.Appended)
        {
            return outcome == AppendOutcome.Buffered ? Hold(entry) : new AppendResult(outcome);
        }

        var change = LastChange;
        if (index.WithBuffer(buffer => buffer.Find(entry.Log, entry.SequenceNumber)) is { } waiting)
        {
            // Only an entry the links refused while the log grew past it can wait here; it lost its place.
            Unbuffer(waiting);
        }

        Drain(entry.Log);
        return new AppendResult(AppendOutcome.Appended, change);
    }

    /// <summary>E4 for an entry that directly follows the log's head, and its rows when it passes.</summary>
    private AppendOutcome Place(LogState? log, PendingEntry entry)
    {
        if (log is not null && entry.Backlink?.Id != log.Head)
        {
            return AppendOutcome.BacklinkMismatch;
        }

        if (log is not null && entry.Skiplink is { } skiplink)
        {
            // Cannot be missing in a log without gaps; should rows be lost all the same, the entry waits rather than pass unchecked.
            if (!TryFind(log, skiplink.SequenceNumber, out var target, out _))
            {
                return AppendOutcome.Buffered;
            }

            if (target != skiplink.Id)
            {
                return AppendOutcome.SkiplinkMismatch;
            }
        }

        var grown = log is null
            ? new LogState
            {
                Key = entry.Log,
                Row = _nextRow++,
                Height = entry.SequenceNumber,
                Head = entry.Id,
                AvailableFrom = entry.SequenceNumber,
                Retention = entry.Retention,
                FirstReceived = now,
                LastReceived = now,
            }
            : log with
            {
                Height = entry.SequenceNumber,
                Head = entry.Id,
                Retention = Stronger(log.Retention, entry.Retention),
                LastReceived = now,
            };
        _touched[entry.Log] = grown;
        _added++;
        rows.Insert(grown, entry, ++LastChange, now);
        return AppendOutcome.Appended;
    }

    private AppendResult AtTakenPosition(LogState log, PendingEntry entry)
    {
        if (!TryFind(log, entry.SequenceNumber, out var stored, out var isPruned))
        {
            throw new StoreException(
                StoreFailure.Corrupt,
                $"The store lost entry {entry.SequenceNumber} of log {entry.Log}, whose height is {log.Height}; restore a copy of the database.");
        }

        if (stored != entry.Id)
        {
            return Fork(entry, () => rows.Read(log, entry.SequenceNumber));
        }

        var retention = Stronger(log.Retention, entry.Retention);
        if (retention != log.Retention)
        {
            _touched[entry.Log] = log = log with { Retention = retention };
        }

        if (!isPruned || retention != RetentionClass.Kept)
        {
            return new AppendResult(AppendOutcome.AlreadyStored);
        }

        rows.Restore(log, entry, ++LastChange, now);
        var (position, receivedAt) = rows.FindAvailable(log);
        _touched[entry.Log] = log with { AvailableFrom = position, FirstReceived = receivedAt, LastReceived = now };
        _added++;
        return new AppendResult(AppendOutcome.Appended, LastChange);
    }

    private AppendResult Fork(PendingEntry second, Func<StoredEntry?> first)
    {
        if (!index.IsForked(second.Log) && _forked.Add(second.Log))
        {
            // With the first entry's bytes pruned there is nothing left to prove the fork with; the mark stays.
            var evidence = index.ForkCount + _forked.Count <= bounds.MaxForkEvidence ? first() : null;
            rows.InsertFork(second.Log, ++LastChange, evidence is null ? null : second, evidence);
        }

        return new AppendResult(AppendOutcome.Fork);
    }

    private AppendResult Hold(PendingEntry entry)
    {
        if (index.WithBuffer(buffer => buffer.Find(entry.Log, entry.SequenceNumber)) is { } waiting)
        {
            if (waiting.Id != entry.Id)
            {
                return Fork(entry, () => rows.ReadBuffered(entry.Log, entry.SequenceNumber)?.ToStored(0, waiting.ReceivedAt));
            }

            if (waiting.Retention < entry.Retention)
            {
                Unbuffer(waiting);
                Buffer(entry);
            }

            return new AppendResult(AppendOutcome.Buffered);
        }

        var slot = BufferSlot.Of(entry);
        var victims = index.WithBuffer(buffer => buffer.TryMakeRoom(slot, HeightOf, out var leaving) ? leaving : null);
        if (victims is null)
        {
            return new AppendResult(AppendOutcome.BufferFull);
        }

        foreach (var victim in victims)
        {
            Unbuffer(victim);
        }

        Buffer(entry);
        return new AppendResult(AppendOutcome.Buffered);
    }

    /// <summary>Appends what waited for the log's new head; a waiting entry whose links turn out wrong is dropped.</summary>
    private void Drain(LogKey key)
    {
        while (Find(key) is { } log && log.Height < ulong.MaxValue &&
            index.WithBuffer(buffer => buffer.Find(key, log.Height + 1)) is { } next)
        {
            var entry = rows.ReadBuffered(key, next.SequenceNumber);
            Unbuffer(next);
            if (entry is null || Place(log, entry) != AppendOutcome.Appended)
            {
                return;
            }

            _drained[entry.Id] = LastChange;
        }
    }

    private void Buffer(PendingEntry entry)
    {
        rows.InsertBuffered(entry);
        Change(buffer => buffer.Add(BufferSlot.Of(entry)));
    }

    private void Unbuffer(BufferSlot slot)
    {
        rows.DeleteBuffered(slot.Log, slot.SequenceNumber);
        Change(buffer => buffer.Remove(slot));
    }

    private void Change(Action<OutOfOrderBuffer> change) => index.WithBuffer(buffer =>
    {
        change(buffer);
        return true;
    });

    private bool TryFind(LogState log, ulong sequenceNumber, out EntryId id, out bool isPruned)
    {
        if (sequenceNumber == log.Height)
        {
            (id, isPruned) = (log.Head, log.AvailableFrom > sequenceNumber);
            return true;
        }

        return rows.TryFind(log, sequenceNumber, out id, out isPruned);
    }

    private LogState? Find(LogKey log) => _touched.GetValueOrDefault(log) ?? index.Find(log);

    private ulong? HeightOf(LogKey log) => Find(log)?.Height;

    private static RetentionClass Stronger(RetentionClass left, RetentionClass right) => left > right ? left : right;
}
