namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>
/// When to announce: Trickle (RFC 6206) with one change. A difference between neighbours is answered by one want or one push and does
/// not restart the timer; a difference that stays keeps the interval from growing. (Restarting on every difference makes each new entry
/// cost several announcements.)
/// </summary>
internal sealed class TrickleTimer(TimeSpan shortest, int redundancy, Random random)
{
    private TimeSpan _interval;
    private TimeSpan _end;
    private int _heard;
    private bool _spoken;

    /// <summary>When the next announcement is due.</summary>
    public TimeSpan DueAt { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Length of the current interval.</summary>
    public TimeSpan Interval => _interval;

    /// <summary>Begins with the shortest interval.</summary>
    public void Start(TimeSpan now) => Begin(shortest, now);

    /// <summary>Somebody announced the same state as ours.</summary>
    public void HeardSame() => _heard++;

    /// <summary>Ends an interval that is longer than <paramref name="longest"/>, because there is something to tell.</summary>
    public void Shorten(TimeSpan longest, TimeSpan now)
    {
        if (_interval > longest && _end - now > longest)
        {
            Begin(longest, now);
        }
    }

    /// <summary>
    /// Whether to announce now. True at most once in an interval, and never when enough others said the same; moves on to the next,
    /// longer interval when the current one is over.
    /// </summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="longest">Longest interval that may follow.</param>
    /// <param name="insist">Whether to announce although others have said the same: somebody in reach says something else.</param>
    public bool Poll(TimeSpan now, TimeSpan longest, bool insist)
    {
        if (now < DueAt)
        {
            return false;
        }

        var speak = !_spoken && (_heard < redundancy || insist);
        _spoken = true;
        DueAt = _end;
        if (now >= _end)
        {
            var doubled = _interval + _interval;
            Begin(doubled < longest ? doubled : longest, now);
        }

        return speak;
    }

    /// <summary>Puts a due announcement off, because something that matters is on its way.</summary>
    public void PutOff(TimeSpan until)
    {
        _spoken = false;
        DueAt = until;
        _end = until > _end ? until : _end;
    }

    private void Begin(TimeSpan interval, TimeSpan now)
    {
        _interval = interval;
        _end = now + interval;
        DueAt = now + (interval * (0.5 + (0.5 * random.NextDouble())));
        _heard = 0;
        _spoken = false;
    }
}
