namespace P2Panda.Radio.Simulation.Time;

/// <summary>
/// The machine's clock made faster: a second of it is a second divided by the speed. All processes of a machine that use the same speed agree
/// on its readings, because they are the monotonic clock's times the speed; the calendar begins at a date given.
/// </summary>
public sealed class ScaledTimeProvider : TimeProvider
{
    private readonly double _speed;
    private readonly DateTimeOffset _date;
    private readonly long _atDate;

    /// <param name="speed">How many times faster than the machine's clock, more than 0.</param>
    /// <param name="date">A date.</param>
    /// <param name="atDate">This clock's reading at that date.</param>
    public ScaledTimeProvider(double speed, DateTimeOffset date, long atDate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        _speed = speed;
        _date = date;
        _atDate = atDate;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => Scale(System.GetTimestamp(), _speed);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _date + GetElapsedTime(_atDate);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(System.CreateTimer(callback, state, Unscale(dueTime), Unscale(period)), this);

    internal static long Scale(long timestamp, double speed) => (long)(timestamp * (decimal)speed);

    private TimeSpan Unscale(TimeSpan span)
    {
        if (span == Timeout.InfiniteTimeSpan || span <= TimeSpan.Zero)
            return span;
        // The system's timers count whole milliseconds and drop what is beyond.
        return TimeSpan.FromMilliseconds(Math.Ceiling(span.TotalMilliseconds / _speed));
    }

    private sealed class ScaledTimer(ITimer timer, ScaledTimeProvider time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Unscale(dueTime), time.Unscale(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
