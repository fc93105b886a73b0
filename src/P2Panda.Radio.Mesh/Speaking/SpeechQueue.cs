using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Mesh.Speaking;

/// <summary>
/// The bursts on their way out. The most pressing class goes first, frame by frame, so that nothing delays an urgent frame by more than
/// the one that is on the air; within a class bursts take turns, so that a run of losses costs each a frame and none all of its own.
/// </summary>
internal sealed class SpeechQueue(int maxBursts)
{
    private readonly Dictionary<BurstKey, BurstOnAir> _bursts = [];

    public int Count => _bursts.Count;

    public bool HasRoom => _bursts.Count < maxBursts;

    public IEnumerable<BurstOnAir> All => _bursts.Values;

    public BurstOnAir? Find(BurstKey key) => _bursts.GetValueOrDefault(key);

    public bool TryAdd(BurstOnAir burst) => (HasRoom || burst.Purpose == BurstPurpose.Talk) && _bursts.TryAdd(burst.Burst.Key, burst);

    public void Remove(BurstOnAir burst) => _bursts.Remove(burst.Burst.Key);

    /// <summary>How many bursts of a class are in their first round.</summary>
    public int CountFirst(TrafficClass trafficClass) => _bursts.Values.Count(burst => burst.Class == trafficClass && burst.Rounds == 0);

    public BurstOnAir? Next(TimeSpan now, bool withGuests = true)
    {
        BurstOnAir? next = null;
        foreach (var burst in _bursts.Values)
        {
            if (burst.DueAt <= now && (withGuests || burst.Class != TrafficClass.Guest) && (next is null || (burst.Class, burst.DueAt).CompareTo((next.Class, next.DueAt)) < 0))
            {
                next = burst;
            }
        }

        return next;
    }

    public TimeSpan NextDue(bool withGuests = true)
    {
        var next = TimeSpan.MaxValue;
        foreach (var burst in _bursts.Values)
        {
            next = burst.DueAt < next && (withGuests || burst.Class != TrafficClass.Guest) ? burst.DueAt : next;
        }

        return next;
    }
}
