using P2Panda.Radio.Mesh.Announcements;

namespace P2Panda.Radio.Mesh.Tests.Announcements;

public class TrickleTimerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void The_interval_doubles_up_to_the_longest_allowed()
    {
        Run(5 * Minute, 60 * Minute).Interval.ShouldBe(5 * Minute);
        Run(60 * Minute, 600 * Minute).Interval.ShouldBe(60 * Minute);
    }

    [Fact]
    public void It_speaks_once_in_an_interval_and_not_when_another_said_the_same()
    {
        var timer = Create();
        timer.Start(TimeSpan.Zero);
        timer.DueAt.ShouldBeInRange(0.5 * Minute, Minute);
        timer.Poll(timer.DueAt, 60 * Minute, insist: false).ShouldBeTrue();
        timer.DueAt.ShouldBe(Minute);
        timer.Poll(Minute, 60 * Minute, insist: false).ShouldBeFalse();
        timer.HeardSame();
        timer.Poll(timer.DueAt, 60 * Minute, insist: false).ShouldBeFalse();
    }

    [Fact]
    public void Whoever_stands_between_two_that_differ_speaks_although_one_of_them_said_the_same()
    {
        var timer = Create();
        timer.Start(TimeSpan.Zero);
        timer.HeardSame();
        timer.Poll(timer.DueAt, 60 * Minute, insist: true).ShouldBeTrue();
    }

    [Fact]
    public void A_long_interval_is_cut_short_once_there_is_something_to_tell()
    {
        var timer = new TrickleTimer(60 * Minute, 1, new Random(1));
        timer.Start(TimeSpan.Zero);
        timer.Shorten(5 * Minute, Minute);
        timer.Interval.ShouldBe(5 * Minute);
        var due = timer.DueAt;
        timer.Shorten(5 * Minute, 2 * Minute);
        timer.DueAt.ShouldBe(due);
    }

    [Fact]
    public void What_is_put_off_is_said_later()
    {
        var timer = Create();
        timer.Start(TimeSpan.Zero);
        timer.PutOff(3 * Minute);
        timer.Poll(2.9 * Minute, 5 * Minute, insist: false).ShouldBeFalse();
        timer.Poll(3 * Minute, 5 * Minute, insist: false).ShouldBeTrue();
    }

    private static TrickleTimer Create() => new(Minute, 1, new Random(1));

    private static TrickleTimer Run(TimeSpan longest, TimeSpan span)
    {
        var timer = Create();
        timer.Start(TimeSpan.Zero);
        while (timer.DueAt < span)
        {
            timer.Poll(timer.DueAt, longest, insist: false);
        }

        return timer;
    }
}
