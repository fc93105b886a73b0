using P2Panda.Radio.Air.Access;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Air.Tests.Access;

public sealed class HopSequenceTests
{
    private static readonly SubBand Hop25 = RegionalPlans.Get("us915").FindSubBand("hop25")!;
    private static readonly SubBand Hop50 = RegionalPlans.Get("us915").FindSubBand("hop50")!;

    [Fact]
    public void EveryChannelIsUsedEquallyAndSendersDiffer()
    {
        var one = new HopSequence(Hop50.Hopping!, "one"u8, 3);
        var two = new HopSequence(Hop50.Hopping!, "two"u8, 3);
        var first = Enumerable.Range(0, 200).Select(_ => one.Next()).ToList();
        first.GroupBy(hz => hz).Select(group => group.Count()).ShouldBe(Enumerable.Repeat(4, 50));
        first.Take(50).ShouldNotBe(first.Take(50).Order());
        Enumerable.Range(0, 200).Select(_ => two.Next()).ShouldNotBe(first);
    }

    [Theory]
    [InlineData("hop25", 7, 250_000, 255)]
    [InlineData("hop25", 8, 250_000, 226)]
    [InlineData("hop50", 7, 125_000, 159)]
    [InlineData("hop50", 8, 125_000, 50)]
    [InlineData("hop50", 9, 125_000, 0)]
    public void ThePreambleForScanningReceiversLeavesThisMuchOfTheDwell(string rule, int sf, int bandwidth, int bytes)
    {
        var band = rule == "hop25" ? Hop25 : Hop50;
        var modulation = new LoraModulation { SpreadingFactor = sf, BandwidthHz = bandwidth };
        HopSequence.LongestPayload(modulation, band.Hopping!, band.Dwell!).ShouldBe(bytes);
        if (bytes > 0)
        {
            TimeOnAir.Of(HopSequence.WithScanPreamble(modulation, band.Hopping!), bytes).ShouldBeLessThanOrEqualTo(band.Dwell!.Limit);
        }
    }

    [Fact]
    public void AScanningReceiverComesByDuringEveryPreambleWhenDetectionsSeeIt()
    {
        var modulation = new LoraModulation { SpreadingFactor = 7, BandwidthHz = 250_000 };
        var settings = new RadioSettings { FrequencyHz = Hop25.Hopping!.ChannelHz(0), Modulation = modulation, PowerDbm = 14 };
        var random = new Random(5);
        var hops = new HopSequence(Hop25.Hopping, "sender"u8, 0);
        var step = ChannelTiming.ActivityDetection(modulation) + HopScan.Retune;
        for (var trial = 0; trial < 500; trial++)
        {
            var scan = new HopScan(Hop25.Hopping, settings);
            var preamble = TimeSpan.FromMicroseconds(scan.Settings.Modulation.PreambleSymbols * TimeOnAir.SymbolMicroseconds(modulation));
            var channel = hops.Next();
            var start = random.Next(100_000) * TimeSpan.FromMicroseconds(1);
            var now = TimeSpan.Zero;
            while (true)
            {
                var present = scan.Settings.FrequencyHz == channel && now >= start && now + step <= start + preamble;
                now += step;
                if (scan.Detected(present))
                {
                    break;
                }

                now.ShouldBeLessThan(start + preamble, $"trial {trial}");
            }

            // What is left of the preamble is enough to lock to.
            (start + preamble - now).ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        }
    }
}
