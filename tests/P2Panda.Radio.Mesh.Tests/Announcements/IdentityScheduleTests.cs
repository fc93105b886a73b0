using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Announcements;

namespace P2Panda.Radio.Mesh.Tests.Announcements;

public class IdentityScheduleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_key_that_is_not_known_is_asked_for_soon()
    {
        var schedule = Create();
        schedule.HeardUnknown(new KeyId(7), isWholeBurst: true, Second);
        schedule.HearsStrangers.ShouldBeTrue();
        schedule.DueAt.ShouldBeLessThan(60 * Second);
        schedule.Tell(schedule.DueAt).ShouldBe([new KeyId(7)]);
        schedule.Learned(new KeyId(7)).ShouldBeTrue();
        schedule.HearsStrangers.ShouldBeFalse();
    }

    [Fact]
    public void Whoever_starts_for_the_first_time_asks_everybody_as_soon_as_they_are_heard()
    {
        var schedule = Create(openUntil: 3600 * Second);
        for (ulong key = 1; key <= 20; key++)
        {
            var now = key * 100 * Second;
            schedule.HeardUnknown(new KeyId(key), isWholeBurst: false, now);
            schedule.DueAt.ShouldBeLessThan(now + (3 * Second));
            schedule.Tell(schedule.DueAt).ShouldContain(new KeyId(key));
            schedule.Learned(new KeyId(key)).ShouldBeTrue();
            schedule.Verified();
        }
    }

    [Fact]
    public void Made_up_keys_are_not_asked_for()
    {
        var schedule = Create();
        for (ulong key = 1; key <= 1200; key++)
        {
            schedule.HeardUnknown(new KeyId(key), isWholeBurst: false, key * Second);
        }

        schedule.HearsStrangers.ShouldBeFalse();
    }

    [Fact]
    public void Strangers_who_are_never_in_reach_cause_one_announcement_in_an_hour()
    {
        var schedule = Create();
        var told = 0;
        for (ulong key = 1; key <= 3500; key++)
        {
            var now = key * Second;
            schedule.HeardUnknown(new KeyId(key), isWholeBurst: true, now);
            schedule.Greet(isProven: false, now);
            schedule.Asked(isProven: false, now);
            if (now >= schedule.DueAt)
            {
                told += schedule.IsRegular(now) ? 0 : 1;
                schedule.Tell(now);
            }
        }

        // One on credit, and one a little before each of those that are due anyhow.
        told.ShouldBeLessThanOrEqualTo(IdentitySchedule.MaxCredit + 2);
        schedule.Forget((3501 * Second) + IdentitySchedule.FirstInterval);
        schedule.HearsStrangers.ShouldBeFalse();
    }

    [Fact]
    public void Strangers_who_prove_to_be_in_reach_are_all_answered()
    {
        var schedule = Create();
        for (var stranger = 1; stranger <= 20; stranger++)
        {
            var now = stranger * 120 * Second;
            schedule.Greet(isProven: false, now);
            schedule.IsGreeting.ShouldBeTrue();
            schedule.DueAt.ShouldBeLessThanOrEqualTo(now + IdentitySchedule.StrangerWindow);
            schedule.Tell(schedule.DueAt);
            schedule.Proved();
        }
    }

    [Fact]
    public void What_somebody_else_has_announced_to_strangers_is_not_announced_again()
    {
        var schedule = Create();
        var regular = schedule.DueAt;
        schedule.HeardUnknown(new KeyId(7), isWholeBurst: true, Second);
        schedule.DueAt.ShouldBeLessThan(regular);
        schedule.HeardOther([new KeyId(8)], 2 * Second);
        schedule.DueAt.ShouldBeLessThan(regular);
        schedule.HeardOther([new KeyId(7)], 2 * Second);
        schedule.DueAt.ShouldBe(regular);
        schedule.HearsStrangers.ShouldBeTrue();
        schedule.HeardOther([new KeyId(7)], 2 * Second);
        schedule.HearsStrangers.ShouldBeFalse();
    }

    [Fact]
    public void Who_is_asked_in_vain_has_to_be_heard_again()
    {
        var schedule = Create();
        schedule.HeardUnknown(new KeyId(7), isWholeBurst: true, Second);
        for (var ask = 0; ask < IdentitySchedule.MaxAsks; ask++)
        {
            schedule.Tell(ask * 60 * Second).ShouldBe([new KeyId(7)]);
        }

        schedule.Tell(600 * Second).ShouldBeEmpty();
        schedule.HeardUnknown(new KeyId(7), isWholeBurst: true, 700 * Second);
        schedule.Tell(800 * Second).ShouldBe([new KeyId(7)]);
    }

    [Fact]
    public void Whoever_asks_without_credit_is_told_along_with_the_next_announcement()
    {
        var schedule = Create();
        schedule.Asked(isProven: false, Second);
        schedule.Tell(schedule.DueAt);
        for (var answer = 1; answer < IdentitySchedule.Answers; answer++)
        {
            schedule.Tell(100 * Second);
        }

        schedule.GoesAlong.ShouldBeFalse();
        var regular = schedule.DueAt;
        schedule.Asked(isProven: false, 200 * Second);
        schedule.DueAt.ShouldBe(regular);
        schedule.GoesAlong.ShouldBeTrue();
    }

    [Fact]
    public void Whoever_is_heard_again_is_asked_for_among_made_up_keys_too()
    {
        var schedule = Create();
        for (ulong key = 1; key <= 100; key++)
        {
            schedule.HeardUnknown(new KeyId(key), isWholeBurst: false, Second);
        }

        schedule.HeardUnknown(new KeyId(999), isWholeBurst: false, 2 * Second);
        schedule.HeardUnknown(new KeyId(999), isWholeBurst: false, 3 * Second);
        schedule.Tell(4 * Second).ShouldContain(new KeyId(999));
    }

    [Fact]
    public void A_key_of_somebody_else_is_told_after_he_had_time_to_do_so_himself()
    {
        var schedule = Create();
        var before = schedule.DueAt;
        schedule.Others.AskedFor(Key(1), Second);
        schedule.GoesAlong.ShouldBeTrue();
        schedule.DueAt.ShouldBeInRange(3 * Second, 6 * Second);
        schedule.Others.Told(Key(1));
        schedule.DueAt.ShouldBe(before);
        schedule.Others.Take().ShouldBeEmpty();

        schedule.Others.AskedFor(Key(2), 10 * Second);
        schedule.Others.AskedFor(Key(2), 10 * Second);
        schedule.PutOff(60 * Second);
        schedule.DueAt.ShouldBe(60 * Second);
        schedule.Others.Take().ShouldBe([Key(2)]);
        schedule.DueAt.ShouldBe(before);
    }

    [Fact]
    public void Keys_of_others_are_told_on_credit()
    {
        var schedule = Create();
        var told = 0;
        for (var second = 1; second <= 3600; second++)
        {
            schedule.Others.AskedFor(Key((byte)(second % 100)), second * Second);
            told += schedule.Others.Take().Count;
        }

        told.ShouldBeInRange(OthersKeys.MaxCredit, OthersKeys.MaxCredit + (int)(3600 * Second / OthersKeys.Refill));
    }

    [Fact]
    public void A_key_that_somebody_else_told_is_not_asked_for_any_longer()
    {
        var schedule = Create();
        schedule.Learned(new KeyId(7)).ShouldBeFalse();
        schedule.HeardUnknown(new KeyId(7), isWholeBurst: true, Second);
        schedule.Learned(new KeyId(7)).ShouldBeTrue();
        schedule.HearsStrangers.ShouldBeFalse();
    }

    [Fact]
    public void Sections_of_ids_and_keys_survive_the_wire_and_are_read_up_to_a_bound()
    {
        AskedKeysSection.Read(AskedKeysSection.Write([new KeyId(1), new KeyId(ulong.MaxValue)])).ShouldBe([new KeyId(1), new KeyId(ulong.MaxValue)]);
        OthersKeysSection.Read(OthersKeysSection.Write([Key(1), Key(2)])).ShouldBe([Key(1), Key(2)]);
        OthersKeysSection.Read(new byte[31]).ShouldBeEmpty();
        OthersKeysSection.Read(new byte[3200]).Count.ShouldBe(IdentitySchedule.MaxAsked);
        AskedKeysSection.Read(new byte[800]).Count.ShouldBe(IdentitySchedule.MaxAsked);
    }

    private static PublicKey Key(byte number) => new([number, .. new byte[31]]);

    private static IdentitySchedule Create(TimeSpan openUntil = default)
    {
        var schedule = new IdentitySchedule(TimeSpan.FromHours(2), Second / 6, new Random(1));
        schedule.Start(TimeSpan.Zero, isKnown: true, openUntil);
        return schedule;
    }
}
