using P2Panda.Core.Logs;

namespace P2Panda.Bridge.Traffic;

/// <summary>
/// What the policy refused, for people to see and to release: the latest entries one by one, all of them by reason. What was going to the
/// air is in the store and goes when the rules allow it; what was going to the store is kept here when it is short, and comes again from the
/// peer in any case. Safe to use from any thread.
/// </summary>
public sealed class Quarantine
{
    /// <summary>Entries kept one by one; the oldest go first.</summary>
    public const int MaxEntries = 1024;

    /// <summary>Longest entry with its operation that is kept itself, in bytes: the air's own limit.</summary>
    public const int MaxContent = 16 * 1024;

    /// <summary>Bytes of entries kept in all; beyond them only what they were is remembered.</summary>
    public const int MaxContents = 4 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<(EntryId Id, TrafficDirection Direction), QuarantinedEntry> _entries = [];
    private readonly Queue<(EntryId Id, TrafficDirection Direction)> _order = new();
    private readonly Dictionary<EntryId, int> _released = [];
    private readonly HashSet<(EntryId Id, TrafficDirection Direction)> _changed = [];
    private readonly long[,] _counts = new long[Enum.GetValues<TrafficDirection>().Length, Enum.GetValues<TrafficRefusal>().Length];
    private int _contents;

    /// <summary>The latest entries, the newest first.</summary>
    public IReadOnlyList<QuarantinedEntry> Latest()
    {
        lock (_gate)
        {
            return [.. _entries.Values.OrderByDescending(entry => entry.At)];
        }
    }

    /// <summary>Entries refused since the start.</summary>
    public long Count(TrafficDirection direction, TrafficRefusal reason)
    {
        lock (_gate)
        {
            return _counts[(int)direction, (int)reason];
        }
    }

    /// <summary>Lets an entry cross, whatever the rules say, for as long as it is remembered here.</summary>
    /// <returns>What was kept of it, by the ways it was going; nothing when it is not here.</returns>
    public IReadOnlyList<QuarantinedEntry> Release(EntryId id)
    {
        lock (_gate)
        {
            var released = new List<QuarantinedEntry>();
            foreach (var direction in Enum.GetValues<TrafficDirection>())
            {
                if (_entries.TryGetValue((id, direction), out var entry))
                {
                    Set(entry with { IsReleased = true });
                    released.Add(entry);
                }
            }

            return released;
        }
    }

    /// <summary>Takes in what was remembered in an earlier life.</summary>
    public void Load(IEnumerable<QuarantinedEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        lock (_gate)
        {
            foreach (var entry in entries.OrderBy(entry => entry.At))
            {
                if (_entries.ContainsKey((entry.Id, entry.Direction)))
                {
                    continue;
                }

                Set(entry);
                _changed.Remove((entry.Id, entry.Direction));
            }
        }
    }

    /// <summary>What has changed since the last call: entries as they are now, and those that are gone.</summary>
    public (IReadOnlyList<QuarantinedEntry> Present, IReadOnlyList<(EntryId Id, TrafficDirection Direction)> Gone) TakeChanges()
    {
        lock (_gate)
        {
            var present = _changed.Where(_entries.ContainsKey).Select(key => _entries[key]).ToList();
            var gone = _changed.Where(key => !_entries.ContainsKey(key)).ToList();
            _changed.Clear();
            return (present, gone);
        }
    }

    /// <summary>Changes that were taken and could not be written down: the next call gives them again.</summary>
    public void PutBack(IEnumerable<(EntryId Id, TrafficDirection Direction)> keys)
    {
        lock (_gate)
        {
            _changed.UnionWith(keys);
        }
    }

    internal bool IsReleased(EntryId id)
    {
        lock (_gate)
        {
            return _released.ContainsKey(id);
        }
    }

    internal void Add(QuarantinedEntry entry)
    {
        lock (_gate)
        {
            var key = (entry.Id, entry.Direction);
            if (_entries.TryGetValue(key, out var known) && known.Reason == entry.Reason)
            {
                return;
            }

            _counts[(int)entry.Direction, (int)entry.Reason]++;
            Set(known is null ? entry : entry with { At = known.At });
        }
    }

    internal void Remove(EntryId id, TrafficDirection direction)
    {
        lock (_gate)
        {
            // Its place in the order goes when it comes up.
            Drop((id, direction));
            while (_order.Count > 2 * MaxEntries)
            {
                Drop(_order.Dequeue());
            }
        }
    }

    private void Set(QuarantinedEntry entry)
    {
        var key = (entry.Id, entry.Direction);
        if (!_entries.TryGetValue(key, out var known))
        {
            _order.Enqueue(key);
        }

        _contents -= LengthOf(known);
        if (LengthOf(entry) is var length && (length > MaxContent || _contents + length > MaxContents))
        {
            entry = entry with { Content = null };
        }

        _contents += LengthOf(entry);
        _entries[key] = entry;
        _changed.Add(key);
        if (entry.IsReleased && known is not { IsReleased: true })
        {
            _released[entry.Id] = _released.GetValueOrDefault(entry.Id) + 1;
        }

        while (_entries.Count > MaxEntries)
        {
            Drop(_order.Dequeue());
        }
    }

    private void Drop((EntryId Id, TrafficDirection Direction) key)
    {
        if (!_entries.Remove(key, out var entry))
        {
            return;
        }

        _contents -= LengthOf(entry);
        _changed.Add(key);
        if (entry.IsReleased && --_released[entry.Id] == 0)
        {
            _released.Remove(entry.Id);
        }
    }

    private static int LengthOf(QuarantinedEntry? entry) => entry?.Content is { } content ? content.Entry.Length + content.Operation.Length : 0;
}
