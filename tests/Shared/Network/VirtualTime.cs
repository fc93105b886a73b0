namespace P2Panda.Tests.Network;

/// <summary>
/// A clock and everything that happens by it: a queue of actions, run in order of their instants and, at one instant, in order of their
/// making. Timers made from it fire on the running thread, so that what they continue runs before time goes on. Nanoseconds.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private const int StepsMax = 5_000_000;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Action, (long At, long Order)> _actions = new();
    private long _order;
    private long _now = 1_000_000_000;

    /// <summary>Makes the calendar unreadable, to see what an exception in a callback does.</summary>
    public bool IsCalendarBroken { get; set; }

    public override long TimestampFrequency => 1_000_000_000;

    public TimeSpan Elapsed => TimeSpan.FromTicks(Volatile.Read(ref _now) / 100);

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override DateTimeOffset GetUtcNow() =>
        IsCalendarBroken
            ? throw new InvalidOperationException("The calendar is broken.")
            : new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(GetTimestamp() / 100);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(this, callback, state, dueTime, period);

    /// <summary>Does something at an instant; one that is past is now.</summary>
    public void At(long nanoseconds, Action action)
    {
        lock (_gate)
        {
            _actions.Enqueue(action, (Math.Max(nanoseconds, _now), _order++));
        }
    }

    /// <summary>Does something after a time.</summary>
    public void After(TimeSpan delay, Action action) => At(GetTimestamp() + (delay.Ticks * 100), action);

    public void RunFor(TimeSpan duration) => Run(duration, () => false);

    /// <summary>Runs until the condition holds, for ten virtual minutes at most.</summary>
    public void RunUntil(Func<bool> condition)
    {
        Run(TimeSpan.FromMinutes(10), condition);
        condition().ShouldBeTrue("nothing more happens, or ten virtual minutes went by");
    }

    /// <summary>Runs for a time, or until the condition holds.</summary>
    public void Run(TimeSpan duration, Func<bool> condition)
    {
        var until = GetTimestamp() + (duration.Ticks * 100);
        for (var steps = 0; !condition(); steps++)
        {
            steps.ShouldBeLessThan(StepsMax, "it does not come to rest");
            Action? next = null;
            lock (_gate)
            {
                if (_actions.TryPeek(out _, out var priority) && priority.At <= until)
                {
                    next = _actions.Dequeue();
                    Volatile.Write(ref _now, priority.At);
                }
                else
                {
                    Volatile.Write(ref _now, until);
                }
            }

            if (next is null)
            {
                return;
            }

            next();
        }
    }

    /// <summary>Runs, giving other threads a turn whenever nothing happens, until the task ends.</summary>
    /// <param name="task">What is waited for.</param>
    /// <param name="patience">How long the test may take in real time.</param>
    public async Task RunUntilAsync(Task task, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        while (!task.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            Run(TimeSpan.FromMilliseconds(20), () => task.IsCompleted);
            await Task.Yield();
        }

        await task;
    }

    private sealed class Timer : ITimer
    {
        private readonly VirtualTime _time;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private int _version;

        public Timer(VirtualTime time, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_time, _callback, _state) = (time, callback, state);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var version = Interlocked.Increment(ref _version);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _time.After(dueTime, () => Fire(version, period));
            }

            return true;
        }

        public void Dispose() => Interlocked.Increment(ref _version);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int version, TimeSpan period)
        {
            if (version != Volatile.Read(ref _version))
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                _time.After(period, () => Fire(version, period));
            }

            _callback(_state);
        }
    }
}
