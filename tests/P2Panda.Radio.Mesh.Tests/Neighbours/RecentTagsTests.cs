using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Mesh.Neighbours;

namespace P2Panda.Radio.Mesh.Tests.Neighbours;

public class RecentTagsTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Who_names_what_went_by_long_before_other_things_speaks_of_the_past()
    {
        var tags = new RecentTags();
        tags.Note(new BurstTag(1), Minute);
        tags.IsStale(1).ShouldBeFalse();
        tags.Note(new BurstTag(2), 2 * Minute);
        tags.IsStale(1).ShouldBeFalse();
        tags.Note(new BurstTag(3), 4 * Minute);
        tags.IsStale(1).ShouldBeTrue();
        tags.IsStale(2).ShouldBeFalse();
        tags.IsStale(4).ShouldBeFalse();
    }

    [Fact]
    public void Silence_makes_nothing_stale()
    {
        var tags = new RecentTags();
        tags.Note(new BurstTag(1), Minute);
        tags.Last(2 * Minute).ShouldBe(1u);
        tags.Last(60 * Minute).ShouldBeNull();
        tags.IsStale(1).ShouldBeFalse();
    }

    [Fact]
    public void A_burst_that_is_played_again_is_no_younger()
    {
        var tags = new RecentTags();
        tags.Note(new BurstTag(1), Minute);
        tags.Note(new BurstTag(2), 5 * Minute);
        tags.Note(new BurstTag(1), 6 * Minute);
        tags.IsStale(1).ShouldBeTrue();
    }

    [Fact]
    public void So_many_are_remembered()
    {
        var tags = new RecentTags();
        for (uint tag = 0; tag <= RecentTags.MaxTags; tag++)
        {
            tags.Note(new BurstTag(tag), tag * Minute);
        }

        tags.IsStale(0).ShouldBeFalse();
        tags.IsStale(1).ShouldBeTrue();
    }
}
