using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Mesh.Wants;

namespace P2Panda.Radio.Mesh.Tests.Wants;

public class PartialBurstsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Bursts_that_do_not_exist_are_asked_for_a_few_times_and_then_have_no_influence()
    {
        var bursts = new PartialBursts();
        var asked = new HashSet<uint>();
        var reckonedWith = 0;
        for (uint tag = 0; tag < 10_000; tag++)
        {
            var now = tag * Second / 10;
            reckonedWith += bursts.Heard(Key(tag), 1, isExpected: false, now, now) ? 1 : 0;
            asked.UnionWith(Take(bursts, now).Select(want => want.Key.Tag.Value));
            bursts.Count.ShouldBeLessThanOrEqualTo(PartialBursts.MaxBursts);
        }

        asked.Count.ShouldBeInRange(PartialBursts.MaxCredit, PartialBursts.MaxCredit + (int)(1_000 * Second / PartialBursts.Refill));
        reckonedWith.ShouldBe(asked.Count);
    }

    [Fact]
    public void Where_answers_complete_bursts_every_one_is_asked_for()
    {
        var bursts = new PartialBursts();
        for (uint tag = 0; tag < 1_000; tag++)
        {
            bursts.Heard(Key(tag), 1, isExpected: false, Second, Second).ShouldBeTrue();
            Take(bursts, Second).ShouldContain(new SymbolWant(Key(tag), 3));
            if (tag % 2 == 1)
            {
                bursts.Completed(Key(tag), isNews: true);
            }
        }
    }

    [Fact]
    public void Bursts_of_the_past_that_are_completed_again_earn_nothing()
    {
        var bursts = new PartialBursts();
        var reckonedWith = 0;
        for (uint tag = 0; tag < 1_000; tag++)
        {
            reckonedWith += bursts.Heard(Key(tag), 1, isExpected: false, Second, Second) ? 1 : 0;
            bursts.Completed(Key(tag), isNews: false);
        }

        reckonedWith.ShouldBe(PartialBursts.MaxCredit);
    }

    [Fact]
    public void A_long_answer_that_is_expected_comes_in_many_bursts_at_once()
    {
        var bursts = new PartialBursts();
        for (uint tag = 0; tag < PartialBursts.MaxExpected; tag++)
        {
            bursts.Heard(Key(tag), 1, isExpected: true, Second, Second).ShouldBeTrue();
        }

        for (uint tag = 1_000; tag < 1_000 + PartialBursts.MaxCredit; tag++)
        {
            bursts.Heard(Key(tag), 1, isExpected: true, Second, Second).ShouldBeTrue();
        }

        bursts.Heard(Key(9_999), 1, isExpected: true, Second, Second).ShouldBeFalse();
    }

    [Fact]
    public void Whatever_comes_that_was_wanted_earns_credit()
    {
        var bursts = new PartialBursts();
        for (uint tag = 0; tag < 1_000; tag++)
        {
            bursts.Heard(Key(tag), 1, isExpected: false, Second, Second).ShouldBeTrue();
            Take(bursts, Second);
            bursts.WantFulfilled();
        }
    }

    [Fact]
    public void A_burst_is_asked_for_once_it_is_silent_and_not_for_ever()
    {
        var bursts = new PartialBursts();
        bursts.Heard(Key(1), 1, isExpected: false, 3 * Second, Second);
        bursts.NextQuiet(Second).ShouldBe(3 * Second);
        Take(bursts, 2 * Second).ShouldBeEmpty();
        for (var ask = 0; ask < PartialBursts.MaxAsks; ask++)
        {
            Take(bursts, 3 * Second).Count.ShouldBe(1);
            bursts.Heard(Key(1), 1, isExpected: false, 3 * Second, 3 * Second); // Another version of a symbol that is here is no progress.
        }

        Take(bursts, 3 * Second).ShouldBeEmpty();
        bursts.Count.ShouldBe(0);
    }

    [Fact]
    public void What_is_nearest_to_completion_is_asked_for_first()
    {
        var bursts = new PartialBursts();
        for (uint tag = 2; tag < 2 + PartialBursts.MaxCredit; tag++)
        {
            bursts.Heard(Key(tag), tag == 7 ? 3 : 1, isExpected: false, Second, Second);
        }

        Take(bursts, Second)[0].Key.ShouldBe(Key(7));
    }

    [Fact]
    public void What_was_begun_before_a_restart_is_asked_for_a_few_times_and_on_credit()
    {
        var bursts = new PartialBursts();
        for (uint tag = 0; tag < 40; tag++)
        {
            bursts.Resumed(Key(tag), 1, Second, TimeSpan.Zero).ShouldBe(tag < PartialBursts.MaxCredit);
        }

        bursts.HasResumed.ShouldBeTrue();
        bursts.Reckoned.Count().ShouldBe(PartialBursts.MaxCredit);
        for (var ask = 0; ask < PartialBursts.MaxAsksResumed; ask++)
        {
            Take(bursts, Second).Count.ShouldBe(PartialBursts.MaxCredit);
        }

        Take(bursts, Second).ShouldBeEmpty();
        bursts.HasResumed.ShouldBeFalse();
    }

    [Fact]
    public void What_comes_on_after_a_restart_is_asked_for_like_anything_else()
    {
        var bursts = new PartialBursts();
        bursts.Resumed(Key(1), 1, Second, TimeSpan.Zero);
        Take(bursts, Second).Count.ShouldBe(1);
        bursts.Heard(Key(1), 2, isExpected: false, Second, Second).ShouldBeTrue();
        for (var ask = 0; ask < PartialBursts.MaxAsks; ask++)
        {
            Take(bursts, Second).Count.ShouldBe(1);
        }

        Take(bursts, Second).ShouldBeEmpty();
    }

    private static BurstKey Key(uint tag) => new(new BurstTag(tag), 4, 100);

    private static List<SymbolWant> Take(PartialBursts bursts, TimeSpan now) => bursts.Take(now, _ => 1);
}
