namespace P2Panda.Radio.Air.Regulation;

/// <summary>
/// Airtime used within a sliding window, in bounded memory. Transmissions that end within 1/<see cref="SlotsPerWindow"/> of a window of
/// each other share a slot, which expires when its last transmission does: the sum is never too small and at saturation at most
/// one slot's worth too large.
/// </summary>
internal sealed class SlidingAirtime
{
    /// <summary>Slots in a window.</summary>
    public const int SlotsPerWindow = 240;

    private readonly List<Slot> _slots = [];

    public SlidingAirtime(TimeSpan window)
    {
        Window = window;
    }

    public TimeSpan Window { get; private set; }

    public TimeSpan Used { get; private set; }

    public IReadOnlyList<Slot> Slots => _slots;

    public void Add(TimeSpan end, TimeSpan airtime)
    {
        Used += airtime;
        if (_slots.Count > 0 && end - _slots[^1].Begin < Window / SlotsPerWindow)
        {
            var last = _slots[^1];
            _slots[^1] = last with { End = end > last.End ? end : last.End, Airtime = last.Airtime + airtime };
            return;
        }

        _slots.Add(new Slot(end, end, airtime));
    }

    public void Expire(TimeSpan now)
    {
        var gone = 0;
        while (gone < _slots.Count && _slots[gone].End + Window <= now)
        {
            Used -= _slots[gone].Airtime;
            gone++;
        }

        _slots.RemoveRange(0, gone);
    }

    /// <summary>When enough has expired that no more than this is used, or none when that never happens.</summary>
    public TimeSpan? WhenAtMost(TimeSpan used)
    {
        var left = Used;
        foreach (var slot in _slots)
        {
            if (left <= used)
            {
                break;
            }

            left -= slot.Airtime;
            if (left <= used)
            {
                return slot.End + Window;
            }
        }

        return null;
    }

    public void Widen(TimeSpan window) => Window = window > Window ? window : Window;

    /// <param name="Begin">End of the first transmission in the slot.</param>
    /// <param name="End">End of the last transmission in the slot.</param>
    /// <param name="Airtime">Sum of their airtime.</param>
    public readonly record struct Slot(TimeSpan Begin, TimeSpan End, TimeSpan Airtime);
}
