using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Mesh.Neighbours;

/// <summary>
/// Tags of the bursts that went by lately. Whoever announces its state names the last one it heard, so that an announcement can be told from a
/// recording of it.
/// </summary>
internal sealed class RecentTags
{
    /// <summary>Tags remembered.</summary>
    public const int MaxTags = 256;

    /// <summary>Who has not heard for so long what went by here speaks of the past.</summary>
    public static readonly TimeSpan Staleness = TimeSpan.FromMinutes(2);

    private readonly Dictionary<uint, TimeSpan> _tags = [];
    private readonly Queue<uint> _order = new();
    private uint _last;
    private TimeSpan _lastAt;

    /// <summary>The last one, while it is young.</summary>
    public uint? Last(TimeSpan now) => _order.Count > 0 && now - _lastAt < Staleness ? _last : null;

    /// <summary>A burst was completed, or is said.</summary>
    public void Note(BurstTag tag, TimeSpan now)
    {
        if (_tags.TryAdd(tag.Value, now))
        {
            _order.Enqueue(tag.Value);
            if (_order.Count > MaxTags)
            {
                _tags.Remove(_order.Dequeue());
            }
        }

        (_last, _lastAt) = (tag.Value, now);
    }

    /// <summary>Whether a tag is known, and others went by long after it. What is not known tells nothing.</summary>
    public bool IsStale(uint tag) => _tags.TryGetValue(tag, out var at) && _lastAt - at > Staleness;
}
