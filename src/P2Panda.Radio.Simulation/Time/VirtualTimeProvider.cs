namespace P2Panda.Radio.Simulation.Time;

/// <summary>
/// A clock that stands still until it is told to run. Timers fire on the caller's thread, in the order of their due time and, at the same
/// instant, in the order they were set, so that a scenario with a fixed seed is the same run every time. A simulated day costs what its
/// timers cost. Not for use by several threads.
/// </summary>
/// <remarks>
/// Build a scenario with this as the <see cref="TimeProvider"/> of everything in it, then call <see cref="RunFor"/>,
/// <see cref="RunUntil(DateTimeOffset)"/> or <see cref="RunUntil(Func{bool}, TimeSpan)"/>. An exception from a timer ends the run and comes
/// out of the call. Code that must block (a driver's reset pulse) is given <see cref="Sleep"/>.
/// </remarks>
public sealed class VirtualTimeProvider : TimeProvider
{
    private readonly PriorityQueue<(VirtualTimer Timer, long Generation), (long Due, long Sequence)> _due = new();
    private readonly DateTimeOffset _start;
    private long _now;
    private long _sequence;

    /// <summary>A clock that begins at 1 January 2026, 0:00 UTC, or at the instant given.</summary>
    public VirtualTimeProvider(DateTimeOffset? start = null) =>
        _start = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Time since the clock began.</summary>
    public TimeSpan Elapsed => new(_now);

    /// <summary>How many timers have fired.</summary>
    public long EventsFired { get; private set; }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp() => _now;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start.AddTicks(_now);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Runs everything due within a span, and ends at the end of it.</summary>
    public void RunFor(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        RunTo(_now + span.Ticks);
    }

    /// <summary>Runs everything due up to and including an instant, and ends at it.</summary>
    public void RunUntil(DateTimeOffset instant) => RunTo((instant - _start).Ticks);

    /// <summary>Runs until something has become true, at most for a span; says whether it has.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan atMost)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var end = _now + atMost.Ticks;
        while (!condition())
        {
            if (!FireNext(end))
            {
                _now = Math.Max(_now, end);
                return condition();
            }
        }

        return true;
    }

    /// <summary>
    /// Stands for a blocking wait: everything due meanwhile runs. May be called from within a timer; then the run continues inside the call.
    /// </summary>
    public void Sleep(TimeSpan span) => RunFor(span);

    internal long Schedule(VirtualTimer timer, long generation, TimeSpan dueTime)
    {
        var due = _now + dueTime.Ticks;
        _due.Enqueue((timer, generation), (due, _sequence++));
        return due;
    }

    private void RunTo(long end)
    {
        while (FireNext(end))
        {
        }

        _now = Math.Max(_now, end);
    }

    private bool FireNext(long end)
    {
        while (_due.TryPeek(out var next, out var priority))
        {
            if (priority.Due > end)
                return false;
            _due.Dequeue();
            if (!next.Timer.IsCurrent(next.Generation))
                continue;
            // A timer set in the past of a nested Sleep fires late, never backwards.
            _now = Math.Max(_now, priority.Due);
            EventsFired++;
            next.Timer.Fire();
            return true;
        }

        return false;
    }
}
