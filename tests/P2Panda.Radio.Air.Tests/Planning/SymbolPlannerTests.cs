using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Tests.Corpus;

namespace P2Panda.Radio.Air.Tests.Planning;

/// <summary>The cost model against a channel that is simulated frame by frame.</summary>
public sealed class SymbolPlannerTests
{
    [Theory]
    [InlineData(2, 0.05, 3)]
    [InlineData(3, 0.1, 5)]
    [InlineData(4, 0.2, 9)]
    [InlineData(6, 0.2, 12)]
    [InlineData(4, 0.4, 13)]
    [InlineData(6, 0.4, 18)]
    public void IndependentLossesNeedTheFramesOfTheTable(int k, double loss, int frames) =>
        SymbolPlanner.FramesFor(k, Request(loss)).ShouldBe(frames);

    [Fact]
    public void RunsOfFourLostFramesNeedTwiceAsMany()
    {
        SymbolPlanner.FramesFor(4, Request(0.2, run: 4)).ShouldBeInRange(18, 20);

        // Other bursts in between break the runs up.
        SymbolPlanner.FramesFor(4, Request(0.2, run: 4, spacing: 2)).ShouldBeInRange(10, 15);
        SymbolPlanner.FramesFor(4, Request(0.2, run: 4, spacing: 20)).ShouldBe(9);

        // So do pauses: three rounds of four instead of nineteen at once.
        (3 * SymbolPlanner.FramesInEachRound(4, 3, Request(0.2, run: 4))).ShouldBeLessThanOrEqualTo(15);
    }

    [Theory]
    [InlineData(1, 0.2, 1, 0, 1)]
    [InlineData(4, 0.2, 1, 0, 1)]
    [InlineData(4, 0.2, 4, 0, 1)]
    [InlineData(4, 0.2, 4, 1, 1)]
    [InlineData(4, 0.2, 4, 5, 1)]
    [InlineData(8, 0.4, 3, 0, 1)]
    [InlineData(4, 0.2, 4, 0, 3)]
    [InlineData(6, 0.1, 6, 2, 2)]
    public void DeliveryIsWhatTheChannelGives(int k, double loss, double run, int spacing, int rounds)
    {
        const int Trials = 40_000;
        var request = Request(loss, run, spacing);
        foreach (var frames in new[] { (k + rounds - 1) / rounds, ((k + rounds - 1) / rounds) + 2, 2 * k / rounds + 1 })
        {
            var random = new Random((k * 100) + frames);
            var delivered = 0;
            for (var trial = 0; trial < Trials; trial++)
            {
                var arrived = 0;
                for (var round = 0; round < rounds; round++)
                {
                    arrived += Arrived(frames, loss, run, spacing, random);
                }

                delivered += arrived >= k ? 1 : 0;
            }

            var expected = SymbolPlanner.DeliveryProbability(k, frames, request, rounds);
            ((double)delivered / Trials).ShouldBe(expected, 4 * Math.Sqrt(0.25 / Trials), $"{frames} frames");
        }
    }

    [Fact]
    public void ThePlanIsTheCheapestOfAllThatReachTheTarget()
    {
        foreach (var length in new[] { 60, 200, 600, 1500, 3000 })
        {
            foreach (var run in new[] { 1.0, 4.0 })
            {
                var request = Request(0.2, run);
                var plan = SymbolPlanner.Plan(length, request).ShouldNotBeNull();
                plan.Probability.ShouldBeGreaterThanOrEqualTo(request.Probability);
                (plan.SourceSymbols * plan.SymbolLength).ShouldBeGreaterThanOrEqualTo(length);
                for (var k = 1; k <= request.MaxSourceSymbols; k++)
                {
                    var frame = ((length + k - 1) / k) + FrameFormat.Overhead(k, strict: false);
                    if (frame <= FrameFormat.MaxFrameLength)
                    {
                        var frames = SymbolPlanner.FramesFor(k, request);
                        (frames * TimeOnAir.Microseconds(request.Modulation, frame)).ShouldBeGreaterThanOrEqualTo(plan.AirtimeMicroseconds);
                    }
                }
            }
        }
    }

    [Fact]
    public void ForgeriesMakeKSmallAsLongAsTheBurstFits()
    {
        var calm = SymbolPlanner.Plan(1200, Request(0.2)).ShouldNotBeNull();
        var attacked = SymbolPlanner.Plan(1200, Request(0.2) with { ForgedShare = 0.3 }).ShouldNotBeNull();
        attacked.SourceSymbols.ShouldBeLessThan(calm.SourceSymbols);
        attacked.SourceSymbols.ShouldBeLessThan(10);

        // What fits no small K is sent all the same.
        SymbolPlanner.Plan(3900, Request(0.2) with { ForgedShare = 0.5 }).ShouldNotBeNull().SourceSymbols.ShouldBe(16);
    }

    [Fact]
    public void DwellShortensFrames()
    {
        var dwell = TimeSpan.FromMilliseconds(400);
        var request = Request(0.2) with { Modulation = new LoraModulation { SpreadingFactor = 8, BandwidthHz = 125_000 }, MaxDwell = dwell };
        SymbolPlanner.MaxFrameLength(request).ShouldBe(138);
        var plan = SymbolPlanner.Plan(1000, request).ShouldNotBeNull();
        TimeOnAir.Of(request.Modulation, plan.FrameLength).ShouldBeLessThanOrEqualTo(dwell);
    }

    private static PlanRequest Request(double loss, double run = 1, int spacing = 0) =>
        Station.Sf7 with { Loss = loss, MeanLossRun = run, Spacing = spacing, Probability = 0.99 };

    /// <summary>Walks the channel through every frame, ours and those in between.</summary>
    private static int Arrived(int frames, double loss, double run, int spacing, Random random)
    {
        var leaveBad = 1 / Math.Max(run, 1 / (1 - loss));
        var leaveGood = leaveBad * loss / (1 - loss);
        var bad = random.NextDouble() < loss;
        var arrived = 0;
        for (var slot = 0; slot < frames * (spacing + 1); slot++)
        {
            arrived += slot % (spacing + 1) == 0 && !bad ? 1 : 0;
            bad = bad ? random.NextDouble() >= leaveBad : random.NextDouble() < leaveGood;
        }

        return arrived;
    }
}
