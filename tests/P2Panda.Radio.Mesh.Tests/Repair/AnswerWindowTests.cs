using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Mesh.Repair;

namespace P2Panda.Radio.Mesh.Tests.Repair;

public class AnswerWindowTests
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(200);
    private static readonly LogKey Log = new(LogFormat.Bamboo, new PublicKey(new byte[32]), LogId.FromUInt64(0));

    [Fact]
    public void A_newcomer_that_takes_up_what_is_said_soon_gets_everything()
    {
        var window = new AnswerWindow(Frame);
        var next = 1;
        var rounds = 0;
        for (; next <= 500; rounds++)
        {
            window.Ask(Entries(next, 500));
            window.AllowedAt.ShouldBe(TimeSpan.Zero);
            var said = Math.Min(window.Size, 501 - next);
            Say(window, next, said, rounds * TimeSpan.FromSeconds(10));
            next += said;
        }

        rounds.ShouldBeLessThan(6);
    }

    [Fact]
    public void Whoever_asks_for_the_same_again_and_again_gets_hardly_anything()
    {
        var window = new AnswerWindow(Frame);
        var said = 0;
        for (var now = TimeSpan.Zero; now < TimeSpan.FromMinutes(20); now += TimeSpan.FromSeconds(0.7))
        {
            window.Ask(Entries(1, 500));
            if (window.AllowedAt <= now)
            {
                Say(window, 1, window.Size, now);
                said += window.Size;
            }
        }

        said.ShouldBeInRange(AnswerWindow.First, 10);
    }

    [Fact]
    public void An_acquaintance_that_asks_again_as_the_protocol_says_is_not_refused()
    {
        var window = new AnswerWindow(Frame);
        window.Acquaint();
        window.Size.ShouldBe(AnswerWindow.Most);
        var now = TimeSpan.Zero;
        for (var attempt = 0; attempt < 8; attempt++)
        {
            window.Ask(Entries(1, 3));
            window.AllowedAt.ShouldBeLessThanOrEqualTo(now);
            Say(window, 1, 3, now);

            // The shortest pause after so many tries: 24 frames' time, growing by a factor of two, a quarter less at most.
            now += Frame * (24 * Math.Pow(2, attempt) * 0.75);
        }
    }

    [Fact]
    public void What_others_say_counts_and_what_was_not_asked_for_does_not()
    {
        var window = new AnswerWindow(Frame);
        window.Ask(Entries(1, 4));
        Say(window, 100, 4, TimeSpan.FromSeconds(1));
        window.Ask(Entries(1, 4));
        window.AllowedAt.ShouldBe(TimeSpan.Zero);
        Say(window, 1, 2, TimeSpan.FromSeconds(2));
        window.Ask(Entries(1, 4));
        window.AllowedAt.ShouldBe(TimeSpan.FromSeconds(2) + (Frame * AnswerWindow.FirstPauseFrames));
    }

    [Fact]
    public void Whoever_asks_for_the_rest_of_a_burst_has_heard_part_of_it()
    {
        var window = new AnswerWindow(Frame);
        window.Ask(Entries(1, 4));
        Say(window, 1, 4, TimeSpan.FromSeconds(1));
        window.Ask(Entries(1, 4));
        window.AllowedAt.ShouldBeGreaterThan(TimeSpan.Zero);
        window.Receive();
        window.AllowedAt.ShouldBe(TimeSpan.Zero);
    }

    private static List<EntryPosition> Entries(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(number => new EntryPosition(Log, (ulong)number))];

    private static void Say(AnswerWindow window, int from, int count, TimeSpan now)
    {
        foreach (var position in Entries(from, from + count - 1))
        {
            window.Say(position, now);
        }
    }
}
