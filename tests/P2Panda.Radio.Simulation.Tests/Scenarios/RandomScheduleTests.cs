using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Tests.Scenarios;

/// <summary>
/// Small meshes through random schedules: loss, partitions, gateways that stop, restart and reboot with wrong clocks, and an echo that says
/// old frames again in another order. When it is over, everything that must always hold does.
/// </summary>
public class RandomScheduleTests
{
    private const double TroubleMinutes = 180;
    private const double QuietMinutes = 420;

    [Theory]
    [Trait("duration", "long")]
    [InlineData(1, 40)]
    [InlineData(41, 80)]
    public void What_must_always_hold_holds(int first, int last)
    {
        Enumerable.Range(first, last - first + 1).Select(seed => (Seed: seed, Problem: Problem(seed))).Where(pair => pair.Problem is not null)
            .Select(pair => $"seed {pair.Seed}: {pair.Problem}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    [InlineData(104)]
    public void And_in_the_everyday_loop(int seed) => Problem(seed).ShouldBeNull();

    /// <summary>What does not hold, or none.</summary>
    private static string? Problem(int seed)
    {
        var scenario = ScenarioFiles.Check(Draw(seed), $"seed {seed}");
        using var run = new ScenarioRun(scenario);
        var result = run.Run(_ => { }, CancellationToken.None);
        if (result.Violations.Count > 0)
        {
            return result.Violations[0].Message;
        }

        if (result.Gateways.Any(gateway => gateway.Entries > result.Entries))
        {
            return "something is stored that nobody wrote";
        }

        if (result.Delivered < 1)
        {
            return $"not everybody has everything after hours without trouble: {result.Delivered}";
        }

        // When all agree nobody speaks about entries, and announcements come as seldom as the timers allow: twice an hour at most on
        // average, and the key once in two hours.
        var (before, end) = (result.Samples.Last(sample => sample.Minute <= scenario.Minutes - 120), result.Samples[^1]);
        foreach (var (kind, seconds) in end.AirtimeByKindSeconds)
        {
            var spent = seconds - before.AirtimeByKindSeconds.GetValueOrDefault(kind);
            var allowed = kind == "announcement" ? result.Gateways.Count * 2 * 2 * LongestAnnouncementSeconds : 0;
            if (spent > allowed)
            {
                return $"{spent} s of {kind} in two quiet hours, {allowed} s allowed";
            }
        }

        return null;
    }

    private const double LongestAnnouncementSeconds = 0.2;

    private static Scenario Draw(int seed)
    {
        var random = new Random(seed);
        var nodes = random.Next(3, 7);
        var links = new List<IReadOnlyList<int>>();
        for (var node = 1; node < nodes; node++)
        {
            links.Add([random.Next(node), node]);
        }

        for (var extra = random.Next(nodes); extra > 0; extra--)
        {
            var (a, b) = (random.Next(nodes), random.Next(nodes));
            if (a != b && !links.Any(link => link.Contains(a) && link.Contains(b)))
            {
                links.Add([a, b]);
            }
        }

        var faults = new List<ScenarioFault>();
        for (var count = random.Next(2, 9); count > 0; count--)
        {
            int[] some = [.. Enumerable.Range(0, nodes).Where(_ => random.Next(3) == 0)];
            var at = random.NextDouble() * TroubleMinutes;
            faults.Add(random.Next(4) switch
            {
                0 => new ScenarioFault { AtMinute = at, Off = some },
                1 => new ScenarioFault { AtMinute = at, On = some },
                2 => new ScenarioFault { AtMinute = at, Reboot = some },
                _ => new ScenarioFault { AtMinute = at, Split = some },
            });
        }

        faults.Add(new ScenarioFault { AtMinute = TroubleMinutes, On = [.. Enumerable.Range(0, nodes)], Merge = true });
        return new Scenario
        {
            Seed = seed,
            Minutes = TroubleMinutes + QuietMinutes,
            Places = new ScenarioPlaces { Links = links },
            Channel = new ScenarioChannel { Loss = random.NextDouble() * 0.3 },
            Traffic = [new ScenarioTraffic { EntriesPerNode = random.Next(1, 8), FromMinute = 0, ToMinute = TroubleMinutes }],
            Faults = faults,
            Hostiles = random.Next(2) == 0
                ? []
                : [new ScenarioHostile { Kind = HostileKind.Replay, Near = [random.Next(nodes)], Share = 0.05, FromMinute = 10, ToMinute = TroubleMinutes }],
        };
    }
}
