namespace P2Panda.Radio.Mesh.Announcements;

/// <summary>
/// When to announce: Trickle (RFC 6206) with one change. A difference between neighbours is answered by one want or one push and does
/// not restart the timer; only differences that stay do. (Restarting on every difference makes each new entry cost several
/// announcements.) While our own state has changed since it was last agreed upon, the interval stays at <paramref name="busyInterval"/>.
/// </summary>
internal sealed class TrickleTimer(TimeSpan shortest, TimeSpan busyInterval, TimeSpan longest, int redundancy, Random random)
{
    /// <summary>Differences in a row, without an agreement between them, that restart the timer.</summary>
    public const int FailuresToRestart = 3;

    private TimeSpan _interval;
    private TimeSpan _end;
    private int _heard;
    private int _failures;
    private bool _spoken;

    /// <summary>When the next announcement is due.</summary>
    public TimeSpan DueAt { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Length of the current interval.</summary>
    public TimeSpan Interval => _interval;

    /// <summary>Begins with the shortest interval.</summary>
    public void Start(TimeSpan now) => Begin(shortest, now);

    /// <summary>Somebody announced the same state as ours.</summary>
    public void HeardSame()
    {
        _heard++;
        _failures = 0;
    }

    /// <summary>Somebody announced another state after there was time to agree.</summary>
    public void HeardDifferent(TimeSpan now)
    {
        _failures++;
        if (_failures >= FailuresToRestart && _interval > shortest)
        {
            _failures = 0;
            Begin(shortest, now);
        }
    }

    /// <summary>
    /// Whether to announce now. True at most once in an interval, and never when enough others said the same; moves on to the next,
    /// longer interval when the current one is over.
    /// </summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="changed">Whether our state has changed since it was last announced or agreed upon.</param>
    public bool Poll(TimeSpan now, bool changed)
    {
        if (now < DueAt)
        {
            return false;
        }

        var speak = !_spoken && _heard < redundancy;
        _spoken = true;
        DueAt = _end;
        if (now >= _end)
        {
            var doubled = _interval + _interval;
            var cap = changed ? busyInterval : longest;
            Begin(doubled < cap ? doubled : cap, now);
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
