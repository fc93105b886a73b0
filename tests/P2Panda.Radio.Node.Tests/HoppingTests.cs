using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Simulation.Law;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Node.Tests;

/// <summary>Where the law demands hopping, gateways hop, and find each other without a clock.</summary>
public sealed class HoppingTests(ITestOutputHelper output)
{
    private const string Rule = "hop25";

    [Fact]
    public void Entries_travel_over_twenty_five_channels_within_the_law()
    {
        var setup = new StationSetup { SubBand = Rule, WantedDbm = 14 };
        var plan = StationPlan.Create(RegionalPlans.Get("us915"), setup);
        using var pair = new Pair();
        using var left = pair.Gateway("left", pair.NewStore(), options => options with { Plan = plan, Profile = "hop" });
        using var right = pair.Gateway("right", pair.NewStore(), options => options with { Plan = plan, Profile = "hop" });
        pair.Connect("left", "right", loss: 0.05);
        left.Start();
        right.Start();
        var entries = Pair.Entries().Take(30).ToList();
        entries.ForEach(left.Publish);

        pair.Time.RunUntil(() => right.Store.EntryCount == entries.Count, TimeSpan.FromMinutes(10)).ShouldBeTrue();

        var sent = pair.Ether.Transmissions.Where(transmission => transmission.Sender == "left").ToList();
        output.WriteLine($"{sent.Count} frames, {right.Node.Counters.FramesReceived} heard, {pair.Time.Elapsed}");
        sent.GroupBy(transmission => transmission.Emission.FrequencyHz).Count().ShouldBe(Math.Min(25, sent.Count));
        var file = File.ReadAllBytes(Path.Combine(TestVectors.RepositoryRoot, "firmware-config", "regions", "us915.json"));
        foreach (var station in new[] { "left", "right" })
        {
            new LawChecker(file, Rule, [], setup.AntennaGainDbi, 0).Check(pair.Ether.Transmissions
                .Where(transmission => transmission.Sender == station)
                .Select(transmission => new EmissionRecord(
                    transmission.Start,
                    transmission.Airtime,
                    (long)transmission.Emission.FrequencyHz,
                    transmission.Emission.Modulation.BandwidthHz,
                    (int)transmission.Emission.PowerDbm))).ShouldBeEmpty();
        }
    }
}
