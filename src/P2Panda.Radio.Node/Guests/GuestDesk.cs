using P2Panda.Core.Logs;

namespace P2Panda.Radio.Node.Guests;

/// <summary>
/// Entries from the internet that are stored and wait for their turn on the air. Of each log they go in order: nobody can take in an entry
/// without the ones before it, so what holds one back holds back all that follow. Until then the air does not hear that they exist, or
/// neighbours would ask for them. As large as there are such logs, of which the store's own index holds more than this does.
/// </summary>
internal sealed class GuestDesk
{
    private readonly Dictionary<LogKey, GuestLog> _logs = [];
    private readonly SortedSet<(int Priority, long Order, LogKey Key)> _waiting = [];
    private long _order;

    /// <summary>Entries that wait for their turn.</summary>
    public long Waiting { get; private set; }

    /// <summary>Entries that the policy refuses, and those behind them.</summary>
    public long Held { get; private set; }

    public IEnumerable<GuestLog> Logs => _logs.Values;

    /// <summary>Whether something changed since this was last set to false.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Up to where the air may know a log; none when it may know everything.</summary>
    public ulong? LimitOf(LogKey log) => _logs.TryGetValue(log, out var guest) ? guest.ReleasedTo : null;

    /// <summary>An entry from the internet was appended.</summary>
    public void Arrive(LogKey key, ulong sequenceNumber, Func<GuestVerdict> judge)
    {
        IsDirty = true;
        if (_logs.TryGetValue(key, out var log))
        {
            Change(log, () => log.StoredTo = Math.Max(log.StoredTo, sequenceNumber));
            return;
        }

        var verdict = judge();
        log = new GuestLog(key)
        {
            ReleasedTo = sequenceNumber - 1,
            StoredTo = sequenceNumber,
            Priority = verdict.Priority,
            Order = _order++,
            IsHeld = !verdict.IsAdmitted,
        };
        Put(log);
    }

    /// <summary>Takes a log up again that waited before a restart.</summary>
    public void Restore(LogKey key, ulong releasedTo, ulong storedTo)
    {
        if (releasedTo < storedTo)
        {
            Put(new GuestLog(key) { ReleasedTo = releasedTo, StoredTo = storedTo, Order = _order++ });
        }
    }

    /// <summary>The entry whose turn it is, or none.</summary>
    public (LogKey Log, ulong SequenceNumber)? Next()
    {
        if (_waiting.Count == 0)
        {
            return null;
        }

        var log = _logs[_waiting.Min.Key];
        return (log.Key, log.ReleasedTo + 1);
    }

    /// <summary>The entry whose turn it was is on its way. The next of its log waits behind the other logs.</summary>
    public void Release(LogKey key) => Reveal(_logs[key], _logs[key].ReleasedTo + 1);

    /// <summary>The entry whose turn it was is refused.</summary>
    public void Hold(LogKey key)
    {
        IsDirty = true;
        var log = _logs[key];
        Change(log, () => log.IsHeld = true);
    }

    /// <summary>The policy has changed: what was refused waits for its turn again, to be judged anew.</summary>
    public void Reconsider()
    {
        foreach (var log in _logs.Values.Where(log => log.IsHeld).ToList())
        {
            Change(log, () => log.IsHeld = false);
        }
    }

    /// <summary>An entry was heard by radio: whoever sent it knows the log up to there.</summary>
    public void Heard(LogKey key, ulong sequenceNumber)
    {
        if (_logs.TryGetValue(key, out var log) && sequenceNumber > log.ReleasedTo)
        {
            log.StoredTo = Math.Max(log.StoredTo, sequenceNumber);
            Reveal(log, sequenceNumber);
        }
    }

    /// <summary>
    /// A client here appended to a log. What waited before its entry is its context and goes with it; unless the policy refuses that,
    /// in which case the entry is held, too.
    /// </summary>
    /// <returns>The first entry that goes to the air now; none when the log is held.</returns>
    public ulong? Accompany(LogKey key, ulong sequenceNumber)
    {
        if (!_logs.TryGetValue(key, out var log))
        {
            return sequenceNumber;
        }

        if (log.IsHeld)
        {
            IsDirty = true;
            Change(log, () => log.StoredTo = sequenceNumber);
            return null;
        }

        var first = log.ReleasedTo + 1;
        log.StoredTo = sequenceNumber;
        Reveal(log, sequenceNumber);
        return first;
    }

    private void Reveal(GuestLog log, ulong upTo)
    {
        IsDirty = true;
        Take(log);
        log.ReleasedTo = upTo;
        log.Order = _order++;
        if (log.ReleasedTo < log.StoredTo)
        {
            Put(log);
        }
    }

    private void Change(GuestLog log, Action change)
    {
        Take(log);
        change();
        Put(log);
    }

    private void Put(GuestLog log)
    {
        _logs[log.Key] = log;
        if (log.IsHeld)
        {
            Held += log.Waiting;
        }
        else
        {
            Waiting += log.Waiting;
            _waiting.Add(log.Place);
        }
    }

    private void Take(GuestLog log)
    {
        _logs.Remove(log.Key);
        if (log.IsHeld)
        {
            Held -= log.Waiting;
        }
        else if (_waiting.Remove(log.Place))
        {
            Waiting -= log.Waiting;
        }
    }
}
