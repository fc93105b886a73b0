namespace P2Panda.Radio.Simulation.Ether;

/// <summary>
/// A timer whose callback runs with the ether locked. In real time a callback that is overdue also runs when anybody next touches the
/// ether, so that a late thread pool never shows a chip that has not finished what it must have finished.
/// </summary>
internal sealed class EtherTimer
{
    private readonly SimulatedEther _ether;
    private readonly ITimer _timer;

    public EtherTimer(SimulatedEther ether, Action callback)
    {
        _ether = ether;
        Callback = callback;
        _timer = ether.Time.CreateTimer(_ => ether.OnTimer(this), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Action Callback { get; }

    /// <summary>When the callback is due; none when it is not set.</summary>
    public TimeSpan? DueAt { get; private set; }

    /// <summary>Tells apart a time that was set from one set before.</summary>
    public long Generation { get; private set; }

    /// <summary>Sets the timer. A time that is over already keeps its place in the order of what is overdue.</summary>
    public void Set(TimeSpan due)
    {
        Generation++;
        DueAt = _ether.Now + due;
        if (!_ether.IsVirtual)
            _ether.Expect(this);
        Start(due);
    }

    /// <summary>Sleeps again when the system's timer came too early.</summary>
    public void WaitForTheRest()
    {
        if (DueAt is { } due)
            Start(due - _ether.Now);
    }

    public void Cancel()
    {
        if (DueAt is null)
            return;
        DueAt = null;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Run()
    {
        DueAt = null;
        Callback();
    }

    public void Stop()
    {
        DueAt = null;
        _timer.Dispose();
    }

    private void Start(TimeSpan due)
    {
        if (due < TimeSpan.Zero)
            due = TimeSpan.Zero;
        // Timers of the system clock drop fractions of a millisecond, and nothing may end early.
        _timer.Change(_ether.IsVirtual ? due : TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }
}
