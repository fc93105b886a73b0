using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>
/// Highest burst counters heard from neighbours. They are told along with our key, so that a gateway that came back from a backup learns
/// which counters it has used. The keys heard least recently make room.
/// </summary>
internal sealed class NeighbourCounters
{
    /// <summary>Counters remembered, and told at most.</summary>
    public const int MaxCounters = 6;

    private readonly List<KeyValuePair<KeyId, ulong>> _counters = [];

    public IReadOnlyList<KeyValuePair<KeyId, ulong>> All => _counters;

    public void Hear(KeyId key, ulong counter)
    {
        _counters.RemoveAll(known => known.Key == key);
        _counters.Add(new(key, counter));
        if (_counters.Count > MaxCounters)
        {
            _counters.RemoveAt(0);
        }
    }
}
