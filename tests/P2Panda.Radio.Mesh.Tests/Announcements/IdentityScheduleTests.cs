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

    private static IdentitySchedule Create()
    {
        var schedule = new IdentitySchedule(TimeSpan.FromHours(2), Second / 6, new Random(1));
        schedule.Start(TimeSpan.Zero, isKnown: true);
        return schedule;
    }
}
