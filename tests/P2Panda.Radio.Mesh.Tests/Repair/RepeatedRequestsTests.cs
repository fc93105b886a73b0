using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Mesh.Repair;
using P2Panda.Radio.Mesh.Tests.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Repair;

public class RepeatedRequestsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly PublicKey Asking = LogSets.Log(1).Author;
    private static readonly EntryPosition Entry = new(LogSets.Log(2), 7);

    [Fact]
    public void What_was_not_said_yet_can_be_asked_for_at_any_time()
    {
        var requests = new RepeatedRequests();
        for (var second = 0; second < 1_000; second++)
        {
            requests.Allows(Asking, true, Entry, second * Second).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(true, 9)]
    [InlineData(false, 6)]
    public void Who_asks_for_the_same_all_day_is_answered_ever_more_rarely(bool isProven, int mostInSixHours)
    {
        var requests = new RepeatedRequests();
        var answers = new List<TimeSpan>();
        for (var now = TimeSpan.Zero; now < TimeSpan.FromHours(6); now += Second)
        {
            if (requests.Allows(Asking, isProven, Entry, now))
            {
                answers.Add(now);
                requests.NoteSaid(Entry, now);
            }
        }

        answers.Count.ShouldBeInRange(4, mostInSixHours);
        answers[1].ShouldBe(isProven ? RepeatedRequests.FirstPause : RepeatedRequests.UnprovenPause);
        (answers[2] - answers[1]).ShouldBe(answers[1] * 2);
        (answers[^1] - answers[^2]).ShouldBeLessThanOrEqualTo(RepeatedRequests.LongestPause);
    }

    [Fact]
    public void An_answer_of_others_counts_and_what_somebody_else_asks_for_does_not()
    {
        var requests = new RepeatedRequests();
        requests.Allows(Asking, true, Entry, TimeSpan.Zero).ShouldBeTrue();
        requests.NoteSaid(Entry, Second);
        requests.Allows(Asking, true, Entry, 2 * Second).ShouldBeFalse();
        requests.Allows(Asking, true, Entry with { SequenceNumber = 8 }, 2 * Second).ShouldBeTrue();
        requests.Allows(LogSets.Log(4).Author, true, Entry, 2 * Second).ShouldBeTrue();
    }

    [Fact]
    public void Whoever_asks_for_most_is_forgotten_first()
    {
        var requests = new RepeatedRequests();
        requests.Allows(Asking, true, Entry, TimeSpan.Zero);
        requests.NoteSaid(Entry, TimeSpan.Zero);
        for (ulong number = 1; number <= RepeatedRequests.MaxRequests * 3; number++)
        {
            requests.Allows(LogSets.Log(4).Author, false, Entry with { SequenceNumber = number }, Second);
            requests.Count.ShouldBeLessThanOrEqualTo(RepeatedRequests.MaxRequests);
        }

        requests.Allows(Asking, true, Entry, Second).ShouldBeFalse();
    }
}
