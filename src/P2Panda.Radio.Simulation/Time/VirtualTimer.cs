namespace P2Panda.Radio.Simulation.Time;

/// <summary>A timer of <see cref="VirtualTimeProvider"/>. What was queued before a change is recognised by its generation and skipped.</summary>
internal sealed class VirtualTimer(VirtualTimeProvider time, TimerCallback callback, object? state) : ITimer
{
    private long _generation;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private bool _disposed;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_disposed)
            return false;
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime.Ticks, Timeout.InfiniteTimeSpan.Ticks, nameof(dueTime));
        _generation++;
        _period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
        if (dueTime >= TimeSpan.Zero)
            time.Schedule(this, _generation, dueTime);
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        _generation++;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal bool IsCurrent(long generation) => generation == _generation;

    internal void Fire()
    {
        _generation++;
        if (_period != Timeout.InfiniteTimeSpan)
            time.Schedule(this, _generation, _period);
        callback(state);
    }
}
