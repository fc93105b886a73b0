using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>
/// What neighbours are known to lack and we hold. Requests that come in before the answer goes out are answered together; what somebody
/// else is heard to answer is struck off.
/// </summary>
internal sealed class RepairDesk
{
    /// <summary>Entries remembered for one neighbour; it asks again for what is beyond.</summary>
    public const int MaxPerNeighbour = 1024;

    /// <summary>Neighbours served at a time.</summary>
    public const int MaxNeighbours = 32;

    private readonly Dictionary<PublicKey, HashSet<EntryPosition>> _requests = [];

    public bool IsEmpty => _requests.Count == 0;

    public IEnumerable<PublicKey> Neighbours => _requests.Keys;

    /// <summary>When the next answer is due.</summary>
    public TimeSpan DueAt { get; set; } = TimeSpan.MaxValue;

    /// <summary>Entries that somebody lacks.</summary>
    public int Count => _requests.Values.Sum(positions => positions.Count);

    /// <summary>Notes that a neighbour lacks entries; false when nothing new was noted.</summary>
    public bool Add(PublicKey neighbour, IEnumerable<EntryPosition> positions)
    {
        if (!_requests.TryGetValue(neighbour, out var wanted))
        {
            if (_requests.Count == MaxNeighbours)
            {
                return false;
            }

            wanted = [];
        }

        var added = false;
        foreach (var position in positions)
        {
            if (wanted.Count == MaxPerNeighbour)
            {
                break;
            }

            added |= wanted.Add(position);
        }

        if (wanted.Count > 0)
        {
            _requests[neighbour] = wanted;
        }

        return added;
    }

    /// <summary>Somebody was heard saying an entry.</summary>
    public void StrikeOff(EntryPosition position)
    {
        foreach (var (neighbour, wanted) in _requests)
        {
            if (wanted.Remove(position) && wanted.Count == 0)
            {
                _requests.Remove(neighbour);
            }
        }

        DueAt = IsEmpty ? TimeSpan.MaxValue : DueAt;
    }

    /// <summary>Takes a neighbour's requests away.</summary>
    public void Forget(PublicKey neighbour)
    {
        _requests.Remove(neighbour);
        DueAt = IsEmpty ? TimeSpan.MaxValue : DueAt;
    }

    /// <summary>
    /// Takes the next piece of work: entries in order of log and position, and how many symbols over them serve everybody. When that is as
    /// many as there are entries (or nearly) they are better sent as they are.
    /// </summary>
    public (IReadOnlyList<EntryPosition> Entries, int Symbols) Take(int maxEntries)
    {
        var union = new HashSet<EntryPosition>();
        foreach (var wanted in _requests.Values)
        {
            union.UnionWith(wanted);
        }

        var entries = union.OrderBy(position => position.Log).ThenBy(position => position.SequenceNumber).Take(maxEntries).ToList();
        var chosen = entries.ToHashSet();
        var symbols = 0;
        foreach (var (neighbour, wanted) in _requests)
        {
            var before = wanted.Count;
            wanted.ExceptWith(chosen);
            symbols = Math.Max(symbols, before - wanted.Count);
            if (wanted.Count == 0)
            {
                _requests.Remove(neighbour);
            }
        }

        DueAt = IsEmpty ? TimeSpan.MaxValue : DueAt;
        return (entries, symbols);
    }
}
