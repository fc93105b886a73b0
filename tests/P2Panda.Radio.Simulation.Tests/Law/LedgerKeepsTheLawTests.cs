using P2Panda.Radio.Air.Access;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Simulation.Law;
using Xunit.Abstractions;

namespace P2Panda.Radio.Simulation.Tests.Law;

public sealed class LedgerKeepsTheLawTests(ITestOutputHelper output)
{
    /// <summary>Every rule of every plan that a station may follow: the ones on by default together, the others one by one.</summary>
    public static TheoryData<string, string?> Rules
    {
        get
        {
            var rules = new TheoryData<string, string?>();
            foreach (var plan in RegionalPlans.All.Where(plan => plan.Refusal is null))
            {
                if (plan.SubBands.Any(band => !band.OffByDefault))
                {
                    rules.Add(plan.Id, null);
                }

                foreach (var band in plan.SubBands.Where(band => band.OffByDefault && band.Refusal is null))
                {
                    rules.Add(plan.Id, band.Id);
                }
            }

            return rules;
        }
    }

    [Theory]
    [Trait("duration", "long")]
    [MemberData(nameof(Rules))]
    public void AMonthOfTooMuchDemandExceedsNoWindow(string id, string? rule) => Month(id, rule, moduleMaxDbm: 17);

    [Theory]
    [InlineData("eu868")]
    [InlineData("us915")]
    public void AMonthOfTooMuchDemandAtHighPowerExceedsNoWindow(string id) => Month(id, null, moduleMaxDbm: 20);

    private void Month(string id, string? rule, int moduleMaxDbm)
    {
        var plan = Station(id, rule, moduleMaxDbm);
        var channels = Channels(plan);
        var station = new StationUnderTest(plan, seed: 1);
        var month = TimeSpan.FromDays(30);
        var queue = new PriorityQueue<int, TimeSpan>(Enumerable.Range(0, channels.Count).Select(channel => (channel, TimeSpan.Zero)));
        while (station.Now < month)
        {
            // Every channel always has a frame waiting; whichever may go first goes.
            queue.TryDequeue(out var channel, out var at);
            station.WaitUntil(at);
            var until = station.Transmit(channels[channel].Settings, channels[channel].Bytes, disasters: false);
            queue.Enqueue(channel, until ?? station.Now);
        }

        station.Judge().ShouldBeEmpty();
        var used = station.Emissions.Sum(emission => emission.Duration.TotalSeconds) / month.TotalSeconds;
        output.WriteLine($"{id}/{rule ?? "default"}: {station.Emissions.Count} emissions, {used:P2} of the month, {station.Writes} writes");
        station.Emissions.Count.ShouldBeGreaterThan(1000);

        // Lawful is easy when nothing is sent: at least 90 % of what the rules allow was used.
        used.ShouldBeGreaterThan(0.9 * Allowed(channels, plan));
    }

    [Theory]
    [InlineData("eu868", null, 400)]
    [InlineData("eu433", null, 150)]
    [InlineData("jp920", null, 100)]
    [InlineData("us915", "hop25", 100)]
    [InlineData("as923", null, 100)]
    public void NoInterleavingOfRequestsCrashesAndClocksExceedsALimit(string id, string? rule, int schedules)
    {
        var plan = Station(id, rule, moduleMaxDbm: 20);
        var channels = Channels(plan);
        var seen = new Dictionary<string, int>();
        for (var seed = 0; seed < schedules; seed++)
        {
            var station = new StationUnderTest(plan, seed);
            var random = new Random(~seed);
            for (var step = 0; step < 600; step++)
            {
                if (random.Next(25) == 0)
                {
                    station.Disaster();
                }

                var (settings, bytes) = channels[random.Next(channels.Count)];
                station.Transmit(settings, random.Next(4) == 0 ? random.Next(1, bytes + 1) : bytes, disasters: true);
            }

            station.Judge().ShouldBeEmpty($"seed {seed}");
            foreach (var (what, count) in station.Seen)
            {
                seen[what] = seen.GetValueOrDefault(what) + count;
            }
        }

        foreach (var (what, count) in seen.OrderBy(pair => pair.Key))
        {
            output.WriteLine($"{what}: {count}");
        }

        // Every kind of event took place, and sending did not stop for it.
        foreach (var what in new[] { "killed", "killed while sending", "power lost", "power lost after sending", "stopped cleanly", "powered down cleanly", "mark lost", "mark damaged", "disk fails" })
        {
            seen.ShouldContainKey(what);
        }

        seen["granted"].ShouldBeGreaterThan(schedules * 20);
    }

    [Fact]
    public void TheCheckerSeesEveryKindOfViolation()
    {
        Limits("eu868", null, Emission(0, 36, 868_300_000), Emission(3599, 1.1, 868_300_000)).ShouldBe(["M duty cycle"]);
        Limits("eu868", null, Emission(0, 36, 868_300_000), Emission(3600, 36, 868_300_000)).ShouldBeEmpty();
        Limits("eu868", null, Emission(0, 20, 868_300_000), Emission(3590, 20, 868_300_000)).ShouldBeEmpty();
        Limits("eu868", null, Emission(0, 20, 868_300_000), Emission(3583, 20, 868_300_000)).ShouldBe(["M duty cycle"]);
        Limits("eu868", null, Emission(0, 1, 868_300_000, power: 15)).ShouldBe(["channel"]);
        Limits("eu868", null, Emission(0, 1, 868_550_000)).ShouldBe(["forbidden", "channel"]);
        Limits("eu868", null, Emission(0, 1, 868_300_000), Emission(0.5, 1, 868_300_000)).ShouldBe(["one radio"]);
        Limits("eu868", null, Emission(0, 37, 869_500_000, power: 20)).ShouldBe(["high power"]);
        Limits("jp920", null, Emission(0, 1, 921_000_000, power: 10), Emission(1.049, 1, 921_000_000, power: 10)).ShouldBe(["920 pause"]);
        Limits("jp920", null, Emission(0, 4.1, 921_000_000, power: 10)).ShouldBe(["channel"]);
        Limits("us915", "hop25", Emission(0, 0.3, 905_000_000, 250_000), Emission(9.8, 0.3, 905_000_000, 250_000)).ShouldBe(["hop25 dwell on 905000000 Hz"]);
        Limits("us915", null, Emission(0, 0.3, 905_000_000, 250_000)).ShouldBe(["channel"]);
    }

    private static List<string> Limits(string id, string? rule, params EmissionRecord[] emissions) =>
        [.. new LawChecker(StationUnderTest.PlanFile(id), rule, [], 2.15, 0).Check(emissions).Select(violation => violation.Limit)];

    private static EmissionRecord Emission(double start, double duration, long hz, int bandwidth = 125_000, int power = 14) =>
        new(TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(duration), hz, bandwidth, power);

    private static StationPlan Station(string id, string? rule, int moduleMaxDbm)
    {
        var plan = RegionalPlans.Get(id);
        var enabling = rule is null ? [] : plan.FindSubBand(rule)!.Overrides.Where(item => item.Enable).Select(item => item.Id).Take(1);
        return StationPlan.Create(plan, new StationSetup { SubBand = rule, Overrides = [.. enabling], ModuleMinDbm = -9, ModuleMaxDbm = moduleMaxDbm });
    }

    /// <summary>For each rule two channels with the slowest modulation whose longest frame the rule allows, so that a month has few frames.</summary>
    private static List<(RadioSettings Settings, int Bytes)> Channels(StationPlan plan)
    {
        var channels = new List<(RadioSettings, int)>();
        foreach (var rule in plan.Rules.Where(rule => rule.Refusal is null))
        {
            var bandwidth = rule.MinBandwidthHz ?? (rule.MaxBandwidthHz is { } max && max < 125_000 ? 20_833 : 125_000);
            long[] centers = rule.CentersHz is { } only ? [only[0], only[^1]]
                : rule.Hopping is { } hopping ? [.. Enumerable.Range(0, hopping.Channels).Select(hopping.ChannelHz)]
                : [rule.LowHz + ((bandwidth + 1) / 2), rule.HighHz - ((bandwidth + 1) / 2)];
            foreach (var hz in centers)
            {
                plan.TryPermit(hz, bandwidth, out var permit).ShouldBeEmpty();
                var settings = Enumerable.Range(7, 6).Reverse()
                    .Select(sf => new RadioSettings { FrequencyHz = hz, PowerDbm = permit!.MaxPowerDbm, Modulation = new LoraModulation { SpreadingFactor = sf, BandwidthHz = bandwidth } })
                    .First(candidate => ChannelCapacity.Of(permit!, candidate.Modulation).LongestFrameBytes >= 100);
                channels.Add((settings, ChannelCapacity.Of(permit!, settings.Modulation).LongestFrameBytes));
            }
        }

        return channels;
    }

    /// <summary>Share of time that these channels can use together: whole frames within each rule's limit, one radio.</summary>
    private static double Allowed(List<(RadioSettings Settings, int Bytes)> channels, StationPlan plan)
    {
        var total = 0.0;
        var highPower = 0.0;
        foreach (var group in channels.GroupBy(channel =>
        {
            plan.TryPermit(channel.Settings.FrequencyHz, channel.Settings.Modulation.BandwidthHz, out var permit);
            return permit!.RuleId;
        }))
        {
            var rule = plan.Rules.Single(item => group.Key.EndsWith('/' + item.Id, StringComparison.Ordinal));
            var frame = group.Max(channel => TimeOnAir.Of(channel.Settings.Modulation, channel.Bytes));
            var share = rule.DutyCycle is { } duty ? Whole(duty.Limit, frame) / duty.Window : 1;
            if (rule.Dwell is { WindowSeconds: > 0 } dwell)
            {
                share = Math.Min(share, rule.Hopping!.Channels * (Whole(dwell.Limit, frame) / dwell.Window));
            }

            if (group.Any(channel => channel.Settings.PowerDbm > AirtimeLedger.HighPowerAboveDbm))
            {
                highPower = Math.Max(highPower, Math.Min(share, Whole(TimeSpan.FromSeconds(36), frame) / TimeSpan.FromHours(1)));
            }
            else
            {
                total += share;
            }
        }

        return Math.Min(1, total + highPower);
    }

    private static TimeSpan Whole(TimeSpan limit, TimeSpan frame) => Math.Floor(limit / frame) * frame;
}
