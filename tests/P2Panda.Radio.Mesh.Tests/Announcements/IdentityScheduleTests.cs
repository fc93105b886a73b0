using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Announcements;

namespace P2Panda.Radio.Mesh.Tests.Announcements;

public class IdentityScheduleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_key_that_is_not_known_is_asked_for_at_once()
    {
        var schedule = Create();
        schedule.HeardUnknown(new KeyId(7), Second);
        schedule.HearsStrangers.ShouldBeTrue();
        schedule.DueAt.ShouldBeLessThan(60 * Second);
        schedule.Tell(schedule.DueAt).ShouldBe([new KeyId(7)]);
        schedule.Learned(new KeyId(7));
        schedule.HearsStrangers.ShouldBeFalse();
    }

    [Fact]
    public void Made_up_keys_are_asked_for_a_few_times_and_then_no_more()
    {
        var schedule = Create();
        var asked = new HashSet<KeyId>();
        for (ulong key = 1; key <= 1200; key++)
        {
            var now = key * Second;
            schedule.HeardUnknown(new KeyId(key), now);
            schedule.Forget(now);
            if (now >= schedule.DueAt)
            {
                asked.UnionWith(schedule.Tell(now));
            }
        }

        asked.Count.ShouldBeInRange(1, IdentitySchedule.MaxCredit + 1);
        schedule.Forget((1200 * Second) + IdentitySchedule.FirstInterval);
        schedule.HearsStrangers.ShouldBeFalse();
    }

    [Fact]
    public void Whoever_is_heard_again_is_asked_for_among_made_up_keys_too()
    {
        var schedule = Create();
        for (ulong key = 1; key <= 100; key++)
        {
            schedule.HeardUnknown(new KeyId(key), Second);
        }

        schedule.HeardUnknown(new KeyId(999), 2 * Second);
        schedule.HeardUnknown(new KeyId(999), 3 * Second);
        schedule.Tell(4 * Second).ShouldContain(new KeyId(999));
    }

    [Fact]
    public void A_mesh_of_newcomers_pays_for_its_asking()
    {
        var schedule = Create();
        for (ulong key = 1; key <= 100; key++)
        {
            schedule.HeardUnknown(new KeyId(key), Second);
            schedule.Tell(Second).ShouldContain(new KeyId(key));
            schedule.Learned(new KeyId(key));
        }
    }

    [Fact]
    public void A_key_of_somebody_else_is_told_after_he_had_time_to_do_so_himself()
    {
        var schedule = Create();
        var before = schedule.DueAt;
        schedule.AskedFor(Key(1), Second);
        schedule.GoesAlong.ShouldBeTrue();
        schedule.DueAt.ShouldBeInRange(3 * Second, 6 * Second);
        schedule.Told(Key(1));
        schedule.DueAt.ShouldBe(before);
        schedule.TellOthers().ShouldBeEmpty();

        schedule.AskedFor(Key(2), 10 * Second);
        schedule.AskedFor(Key(2), 10 * Second);
        schedule.PutOff(60 * Second);
        schedule.DueAt.ShouldBe(60 * Second);
        schedule.TellOthers().ShouldBe([Key(2)]);
        schedule.DueAt.ShouldBe(before);
    }

    [Fact]
    public void Keys_of_others_are_told_on_credit()
    {
        var schedule = Create();
        var told = 0;
        for (var second = 1; second <= 3600; second++)
        {
            schedule.AskedFor(Key((byte)(second % 100)), second * Second);
            told += schedule.TellOthers().Count;
        }

        told.ShouldBeInRange(IdentitySchedule.MaxOthersCredit, IdentitySchedule.MaxOthersCredit + (int)(3600 * Second / IdentitySchedule.OthersRefill));
    }

    [Fact]
    public void A_key_that_somebody_else_told_is_not_asked_for_any_longer()
    {
        var schedule = Create();
        schedule.Found(new KeyId(7)).ShouldBeFalse();
        schedule.HeardUnknown(new KeyId(7), Second);
        schedule.Found(new KeyId(7)).ShouldBeTrue();
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

    private static IdentitySchedule Create()
    {
        var schedule = new IdentitySchedule(TimeSpan.FromHours(2), Second / 6, new Random(1));
        schedule.Start(TimeSpan.Zero, isKnown: true);
        return schedule;
    }
}
