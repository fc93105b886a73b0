using P2Panda.Core.Logs;

namespace P2Panda.Bridge.Traffic;

/// <summary>
/// What the policy refused, for people to see: the latest entries one by one, all of them by reason. What was going to the air is in the
/// store and goes when the rules allow it; what was going to the store comes again from the peer. Safe to use from any thread.
/// </summary>
public sealed class Quarantine
{
    /// <summary>Entries kept one by one; the oldest go first.</summary>
    public const int MaxEntries = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<(EntryId Id, TrafficDirection Direction), QuarantinedEntry> _entries = [];
    private readonly Queue<(EntryId Id, TrafficDirection Direction)> _order = new();
    private readonly long[,] _counts = new long[Enum.GetValues<TrafficDirection>().Length, Enum.GetValues<TrafficRefusal>().Length];

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

    internal void Add(QuarantinedEntry entry)
    {
        lock (_gate)
        {
            var key = (entry.Id, entry.Direction);
            if (_entries.TryGetValue(key, out var known))
            {
                _entries[key] = entry with { At = known.At };
                if (known.Reason == entry.Reason)
                {
                    return;
                }
            }
            else
            {
                _entries.Add(key, entry);
                _order.Enqueue(key);
            }

            _counts[(int)entry.Direction, (int)entry.Reason]++;
            while (_entries.Count > MaxEntries)
            {
                _entries.Remove(_order.Dequeue());
            }
        }
    }

    internal void Remove(EntryId id, TrafficDirection direction)
    {
        lock (_gate)
        {
            // Its place in the order goes when it comes up.
            _entries.Remove((id, direction));
            while (_order.Count > 2 * MaxEntries)
            {
                var oldest = _order.Dequeue();
                _entries.Remove(oldest);
            }
        }
    }
}
