using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Mesh.Carousel;
using P2Panda.Radio.Mesh.Tests.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Carousel;

public class CarouselScheduleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(1_000)]
    public void Whoever_tunes_in_at_any_turn_hears_everything_within_the_stated_turns(int entries)
    {
        var schedule = Create(entries);
        for (var skip = 0; skip < 37; skip += 9)
        {
            for (var turn = 0; turn < skip; turn++)
            {
                schedule.Next();
            }

            var heard = Enumerable.Range(0, schedule.TurnsForEverything).SelectMany(_ => schedule.Next()).ToHashSet();
            heard.Count.ShouldBe(entries);
        }
    }

    [Fact]
    public void The_newest_are_said_most_often()
    {
        var schedule = Create(600);
        var said = new int[601];
        for (var turn = 0; turn < 400; turn++)
        {
            foreach (var entry in schedule.Next())
            {
                said[(int)entry.SequenceNumber]++;
            }
        }

        said[600].ShouldBeGreaterThan(100);
        said[580].ShouldBeGreaterThan(2 * said[300]);
        said[300].ShouldBeGreaterThanOrEqualTo(said[5]);
    }

    [Fact]
    public void Without_entries_there_is_nothing_to_say() => new CarouselSchedule().Next().ShouldBeEmpty();

    private static CarouselSchedule Create(int entries)
    {
        var schedule = new CarouselSchedule();
        for (ulong i = 1; i <= (ulong)entries; i++)
        {
            schedule.Add(new EntryPosition(LogSets.Log(0), i));
        }

        return schedule;
    }
}
