using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>
/// Highest burst counters heard from neighbours. They are told along with our key, so that a gateway that came back from a backup learns
/// which counters it has used. The keys told last make room.
/// </summary>
internal sealed class NeighbourCounters
{
    /// <summary>Counters remembered.</summary>
    public const int MaxCounters = 64;

    /// <summary>Counters told at a time; they take turns.</summary>
    public const int Told = 4;

    private readonly List<KeyValuePair<KeyId, ulong>> _counters = [];

    /// <summary>Those whose turn it is.</summary>
    public IReadOnlyList<KeyValuePair<KeyId, ulong>> Take()
    {
        var taken = _counters.Take(Told).ToList();
        _counters.RemoveRange(0, taken.Count);
        _counters.AddRange(taken);
        return taken;
    }

    public void Hear(KeyId key, ulong counter)
    {
        var place = _counters.FindIndex(known => known.Key == key);
        if (place >= 0)
        {
            _counters[place] = new(key, counter);
            return;
        }

        _counters.Insert(0, new(key, counter));
        if (_counters.Count > MaxCounters)
        {
            _counters.RemoveAt(_counters.Count - 1);
        }
    }
}
