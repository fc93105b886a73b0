using P2Panda.Radio.Air.Links;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Air.Tests.Links;

public sealed class LinkTableTests
{
    private readonly LinkTable _links = new(7);

    [Fact]
    public void AveragesFollowWhatIsHeard()
    {
        Hear(1, 50, snr: 5, rssi: -100, error: 800);
        var link = _links.Find(1).ShouldNotBeNull();
        link.SnrDb.ShouldBe(5, 1e-9);
        link.RssiDbm.ShouldBe(-100, 1e-9);
        link.FrequencyErrorHz.ShouldBe(800, 1e-9);
        link.FramesHeard.ShouldBe(50);

        Hear(1, 40, snr: -5, rssi: -120, error: 800);
        _links.Find(1)!.SnrDb.ShouldBe(-5, 0.2);
    }

    [Theory]
    [InlineData(10, 0.05)]
    [InlineData(-7.5, 0.525)]
    [InlineData(-15, 1.0)]
    public void SignalStrengthGivesTheFirstGuess(double snr, double loss)
    {
        Hear(1, 20, snr);
        _links.Find(1)!.Loss.ShouldBe(loss, 0.01);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public void CountsReplaceTheGuessAndTheBoundHolds(double loss)
    {
        var random = new Random(1);
        var above = 0;
        for (var trial = 0; trial < 400; trial++)
        {
            var links = new LinkTable(7);
            links.Heard(1, new ReceivedFrame(new byte[1], -90, 8, 0), TimeSpan.Zero);
            for (var report = 0; report < 40; report++)
            {
                links.Counted(1, 25, Enumerable.Range(0, 25).Count(_ => random.NextDouble() >= loss));
            }

            var estimate = links.Find(1)!;
            estimate.Loss.ShouldBe(loss, 0.12);
            above += estimate.LossBound < loss ? 1 : 0;
        }

        // Meant to be exceeded one time in ten; the guess from signal strength pulls a little.
        above.ShouldBeLessThan(400 * 2 / 10);
    }

    [Fact]
    public void ALinkThatGetsWorseIsSeenToWithinAFewHundredFrames()
    {
        Hear(1, 10, snr: 8);
        for (var i = 0; i < 40; i++)
        {
            _links.Counted(1, 25, 25);
        }

        _links.Find(1)!.Loss.ShouldBeLessThan(0.01);
        for (var i = 0; i < 24; i++)
        {
            _links.Counted(1, 25, 15);
        }

        _links.Find(1)!.Loss.ShouldBe(0.4, 0.08);
    }

    [Fact]
    public void OneClaimCannotOutweighAll()
    {
        Hear(1, 10, snr: 8);
        for (var i = 0; i < 40; i++)
        {
            _links.Counted(1, 25, 25);
        }

        _links.Counted(1, int.MaxValue, 0);
        _links.Find(1)!.Loss.ShouldBeLessThan(0.4);
        _links.Counted(2, 10, 5);
        _links.Find(2).ShouldBeNull();
    }

    [Fact]
    public void TheTableIsBoundedAndStrangersDoNotPushOutAcquaintances()
    {
        for (ulong neighbour = 1; neighbour <= 10; neighbour++)
        {
            Hear(neighbour, LinkTable.AcquaintanceFrames, snr: 3);
        }

        for (ulong stranger = 1000; stranger < 3000; stranger++)
        {
            Hear(stranger, 1, snr: 3, at: stranger);
        }

        _links.Count.ShouldBe(LinkTable.MaxNeighbours);
        for (ulong neighbour = 1; neighbour <= 10; neighbour++)
        {
            _links.Find(neighbour).ShouldNotBeNull();
        }

        _links.All()[0].Neighbour.ShouldBe(2999UL);
        _links.Find(1000).ShouldBeNull();
    }

    [Fact]
    public void PlanningLooksAtTheWorseHalfButNotAtTheSilent()
    {
        _links.PlanningLoss(TimeSpan.Zero, 0.2).ShouldBe(0.2);
        Hear(1, 20, snr: 10);
        Hear(2, 20, snr: 10);
        Hear(3, 20, snr: 10);
        var good = _links.PlanningLoss(TimeSpan.Zero, 0.2);
        good.ShouldBeInRange(0.05, 0.2);
        Hear(4, 20, snr: -7.5);
        _links.PlanningLoss(TimeSpan.Zero, 0.2).ShouldBe(0.6);
        _links.PlanningLoss(LinkTable.Silence + TimeSpan.FromSeconds(1), 0.33).ShouldBe(0.33);
    }

    private void Hear(ulong neighbour, int frames, double snr, double rssi = -100, double error = 0, double at = 0)
    {
        for (var i = 0; i < frames; i++)
        {
            _links.Heard(neighbour, new ReceivedFrame(new byte[10], rssi, snr, error), TimeSpan.FromSeconds(at));
        }
    }
}
