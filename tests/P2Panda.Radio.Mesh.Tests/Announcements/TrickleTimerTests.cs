using P2Panda.Radio.Mesh.Announcements;

namespace P2Panda.Radio.Mesh.Tests.Announcements;

public class TrickleTimerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_interval_doubles_up_to_the_busy_one_while_things_change_and_further_when_they_do_not()
    {
        Run(changed: true, 60 * Minute).Interval.ShouldBe(5 * Minute);
        Run(changed: false, 600 * Minute).Interval.ShouldBe(60 * Minute);
    }

    [Fact]
    public void It_speaks_once_in_an_interval_and_not_when_another_said_the_same()
    {
        var timer = Create();
        timer.Start(TimeSpan.Zero);
        timer.DueAt.ShouldBeInRange(0.5 * Minute, Minute);
        timer.Poll(timer.DueAt, changed: false).ShouldBeTrue();
        timer.DueAt.ShouldBe(Minute);
        timer.Poll(Minute, changed: false).ShouldBeFalse();
        timer.HeardSame();
        timer.Poll(timer.DueAt, changed: false).ShouldBeFalse();
    }

    [Fact]
    public void A_difference_does_not_restart_it_but_one_that_stays_does()
    {
        var timer = Run(changed: false, 100 * Minute);
        var interval = timer.Interval;
        timer.HeardDifferent(100 * Minute);
        timer.HeardSame();
        timer.HeardDifferent(100 * Minute);
        timer.HeardDifferent(100 * Minute);
        timer.Interval.ShouldBe(interval);
        timer.HeardDifferent(100 * Minute);
        timer.Interval.ShouldBe(Minute);
    }

    [Fact]
    public void What_is_put_off_is_said_later()
    {
        var timer = Create();
        timer.Start(TimeSpan.Zero);
        timer.PutOff(3 * Minute);
        timer.Poll(2.9 * Minute, changed: true).ShouldBeFalse();
        timer.Poll(3 * Minute, changed: true).ShouldBeTrue();
    }

    private static TrickleTimer Create() => new(Minute, 5 * Minute, 60 * Minute, 1, new Random(1));

    private static TrickleTimer Run(bool changed, TimeSpan span)
    {
        var timer = Create();
        timer.Start(TimeSpan.Zero);
        while (timer.DueAt < span)
        {
            timer.Poll(timer.DueAt, changed);
        }

        return timer;
    }
}
