using P2Panda.Radio.Simulation.Time;

namespace P2Panda.Radio.Simulation.Tests.Time;

public class VirtualTimeProviderTests
{
    private readonly VirtualTimeProvider _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void TimersFireInTheOrderOfTimeThenOfSetting()
    {
        Set("late", 20);
        Set("first at ten", 10);
        Set("second at ten", 10);
        Set("soon", 1);
        _time.RunFor(TimeSpan.FromMilliseconds(15));
        _fired.ShouldBe(["soon", "first at ten", "second at ten"]);
        _time.Elapsed.ShouldBe(TimeSpan.FromMilliseconds(15));
        _time.RunFor(TimeSpan.FromMilliseconds(5));
        _fired.Last().ShouldBe("late");
    }

    [Fact]
    public void TheClockStandsAtTheTimersInstantWhileItFires()
    {
        var seen = TimeSpan.Zero;
        var start = _time.GetTimestamp();
        using var timer = _time.CreateTimer(_ => seen = _time.GetElapsedTime(start), null, TimeSpan.FromTicks(12345), Timeout.InfiniteTimeSpan);
        _time.RunFor(TimeSpan.FromSeconds(1));
        seen.ShouldBe(TimeSpan.FromTicks(12345));
        _time.GetUtcNow().ShouldBe(new DateTimeOffset(2026, 1, 1, 0, 0, 1, TimeSpan.Zero));
    }

    [Fact]
    public void APeriodicTimerKeepsItsPeriod()
    {
        var times = new List<double>();
        using var timer = _time.CreateTimer(
            _ => times.Add(_time.Elapsed.TotalMilliseconds), null, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(10));
        _time.RunFor(TimeSpan.FromMilliseconds(30));
        times.ShouldBe([5, 15, 25]);
    }

    [Fact]
    public void AChangedOrDisposedTimerDoesNotFireAsItWasSet()
    {
        var moved = Set("moved", 10);
        var gone = Set("gone", 10);
        moved.Change(TimeSpan.FromMilliseconds(30), Timeout.InfiniteTimeSpan).ShouldBeTrue();
        gone.Dispose();
        _time.RunFor(TimeSpan.FromMilliseconds(20));
        _fired.ShouldBeEmpty();
        _time.RunFor(TimeSpan.FromMilliseconds(20));
        _fired.ShouldBe(["moved"]);
        gone.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan).ShouldBeFalse();
    }

    [Fact]
    public void ATimerMaySetOthersForTheSameInstant()
    {
        using var timer = _time.CreateTimer(_ => Set("now", 0), null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        _time.RunFor(TimeSpan.FromMilliseconds(1));
        _fired.ShouldBe(["now"]);
    }

    [Fact]
    public void RunUntilStopsWhenTheConditionHolds()
    {
        Set("a", 10);
        Set("b", 20);
        _time.RunUntil(() => _fired.Count == 1, TimeSpan.FromSeconds(1)).ShouldBeTrue();
        _time.Elapsed.ShouldBe(TimeSpan.FromMilliseconds(10));
        _time.RunUntil(() => _fired.Count == 3, TimeSpan.FromSeconds(1)).ShouldBeFalse();
        _time.Elapsed.ShouldBe(TimeSpan.FromMilliseconds(1010));
    }

    [Fact]
    public void SleepingInsideATimerRunsWhatIsDueMeanwhile()
    {
        using var sleeper = _time.CreateTimer(
            _ =>
            {
                _time.Sleep(TimeSpan.FromMilliseconds(10));
                _fired.Add("awake");
            },
            null,
            TimeSpan.FromMilliseconds(5),
            Timeout.InfiniteTimeSpan);
        Set("meanwhile", 8);
        Set("after", 20);
        _time.RunFor(TimeSpan.FromMilliseconds(30));
        _fired.ShouldBe(["meanwhile", "awake", "after"]);
    }

    [Fact]
    public void WhatATimerThrowsComesOutOfTheRun()
    {
        using var timer = _time.CreateTimer(_ => throw new InvalidOperationException("from a timer"), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Should.Throw<InvalidOperationException>(() => _time.RunFor(TimeSpan.FromSeconds(1))).Message.ShouldBe("from a timer");
    }

    [Fact]
    public void AMillionEventsADayCostNothingWorthMentioning()
    {
        using var timer = _time.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(86.4));
        _time.RunFor(TimeSpan.FromDays(1));
        _time.EventsFired.ShouldBe(1_000_001);
    }

    private ITimer Set(string name, int milliseconds) =>
        _time.CreateTimer(_ => _fired.Add(name), null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
}
