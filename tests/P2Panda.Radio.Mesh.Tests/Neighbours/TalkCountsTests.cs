using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Neighbours;

namespace P2Panda.Radio.Mesh.Tests.Neighbours;

public class TalkCountsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly PublicKey Key = new([7, .. new byte[31]]);
    private static readonly KeyId Id = KeyId.Of(Key);

    [Fact]
    public void A_neighbour_of_which_most_is_heard_is_in_reach()
    {
        var counts = new TalkCounts();
        Claim(counts, 10);
        for (uint burst = 1; burst <= 3; burst++)
        {
            counts.Heard(Id, Whole(burst), burst * Second);
        }

        counts.IsMostlyHeard(Id).ShouldBeFalse();
        Claim(counts, 14);
        counts.IsMostlyHeard(Id).ShouldBeTrue();
    }

    [Fact]
    public void A_few_recordings_of_many_frames_are_not()
    {
        var counts = new TalkCounts();
        Claim(counts, 10);
        counts.Heard(Id, Whole(1), Second);

        // Played again and again, which its sender did not.
        for (var again = 1; again < 100; again++)
        {
            counts.Heard(Id, Again(1), again * 60 * Second);
        }

        Claim(counts, 30);
        counts.IsMostlyHeard(Id).ShouldBeFalse();
    }

    [Fact]
    public void Frames_of_one_burst_in_a_row_are_its_senders()
    {
        var counts = new TalkCounts();
        Claim(counts, 10);
        counts.Heard(Id, Whole(1), Second);
        counts.Heard(Id, Again(1), 2 * Second);
        counts.Heard(Id, Again(1), 3 * Second);
        Claim(counts, 14).ShouldBe((4, 3));
    }

    private static (int Sent, int Heard)? Claim(TalkCounts counts, byte sent) => counts.Compare(Id, [0, sent]);

    private static FrameOutcome Whole(uint tag) => new() { Verdict = FrameVerdict.Completed, Key = Burst(tag), Rank = 1 };

    private static FrameOutcome Again(uint tag) => new() { Verdict = FrameVerdict.Redundant, Key = Burst(tag), Rank = 1 };

    private static BurstKey Burst(uint tag) => new(new BurstTag(tag), 1, 100);
}
