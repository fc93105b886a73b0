using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Mesh.Speaking;

/// <summary>
/// The bursts on their way out. The most pressing class goes first, frame by frame, so that nothing delays an urgent frame by more than
/// the one that is on the air; within a class bursts take turns, so that a run of losses costs each a frame and none all of its own.
/// </summary>
internal sealed class SpeechQueue(int maxBursts)
{
    /// <summary>Urgent bursts for which there is room beyond that.</summary>
    private const int UrgentRoom = 8;

    private readonly Dictionary<BurstKey, BurstOnAir> _bursts = [];

    public int Count => _bursts.Count;

    public bool HasRoom => _bursts.Count < maxBursts;

    /// <summary>Whether there is room for a burst of a class: what is urgent finds some when the queue is full of anything else.</summary>
    public bool HasRoomFor(TrafficClass trafficClass) =>
        HasRoom || (trafficClass == TrafficClass.Urgent && _bursts.Count < maxBursts + UrgentRoom);

    public IEnumerable<BurstOnAir> All => _bursts.Values;

    public BurstOnAir? Find(BurstKey key) => _bursts.GetValueOrDefault(key);

    public bool TryAdd(BurstOnAir burst) => (HasRoomFor(burst.Class) || burst.Purpose == BurstPurpose.Talk) && _bursts.TryAdd(burst.Burst.Key, burst);

    public void Remove(BurstOnAir burst) => _bursts.Remove(burst.Burst.Key);

    /// <summary>How many bursts of a class are in their first round.</summary>
    public int CountFirst(TrafficClass trafficClass) => _bursts.Values.Count(burst => burst.Class == trafficClass && burst.Rounds == 0);

    public BurstOnAir? Next(TimeSpan now, bool withGuests = true)
    {
        BurstOnAir? next = null;
        var last = LastClass(withGuests);
        foreach (var burst in _bursts.Values)
        {
            if (burst.DueAt <= now && burst.Class <= last && (next is null || (burst.Class, burst.DueAt).CompareTo((next.Class, next.DueAt)) < 0))
            {
                next = burst;
            }
        }

        return next;
    }

    public TimeSpan NextDue(bool withGuests = true)
    {
        var next = TimeSpan.MaxValue;
        var last = LastClass(withGuests);
        foreach (var burst in _bursts.Values)
        {
            next = burst.DueAt < next && burst.Class <= last ? burst.DueAt : next;
        }

        return next;
    }

    /// <summary>
    /// The least pressing class that may speak. While an urgent burst waits for its turn among those who heard it nothing less pressing is
    /// begun: it would be in the way of others who repeat the same.
    /// </summary>
    private TrafficClass LastClass(bool withGuests)
    {
        foreach (var burst in _bursts.Values)
        {
            if (burst.Class == TrafficClass.Urgent && burst.Rounds == 0 && !burst.IsCovered)
            {
                return TrafficClass.Urgent;
            }
        }

        return withGuests ? TrafficClass.Guest : TrafficClass.History;
    }
}
