using System.Xml.Linq;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Reports;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Tests.Scenarios;

public sealed class ScenarioTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("scenario-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_scenario_of_the_program_is_right()
    {
        ScenarioFiles.Names.ShouldBe(["broadcast-only", "city-100", "hostile", "late-joiner", "partition-merge", "village"]);
        foreach (var name in ScenarioFiles.Names)
        {
            var scenario = ScenarioFiles.Read(name);
            scenario.Description.ShouldNotBeEmpty();
            using var run = new ScenarioRun(scenario);
        }
    }

    [Fact]
    public void Everything_wrong_is_listed_at_once()
    {
        var wrong = Read("""{ "minutes": 30, "places": { "links": [[0, 1]] }, "gateways": [{ "nodes": [7] }], "traffic": [{ "fromMinute": 20, "toMinute": 90 }], "hostiles": [{ }] }""");
        wrong.ShouldContain("there is no gateway 7; they are numbered 0 to 1");
        wrong.ShouldContain("traffic: from minute 20 to 90 is no span within 30 minutes");
        wrong.ShouldContain("hostiles: near whom?");
        Read("""{ "channel": { "loss": 0.95 }, "seed": 0, "places": { "scatter": {} } }""").ShouldBe(
            string.Join(Environment.NewLine, [$"{Path.Combine(_folder, "s.json")} is wrong:", "  seed: 0 is not between 1 and 100000", "  channel.loss: 0.95 is not between 0 and 0.9"]));
        Read("""{ "places": { "scatter": { "node": 3 } } }""").ShouldContain("node");
        Read("""{ "places": { } }""").ShouldContain("needs one of scatter, positionsKm and links");
        Should.Throw<ScenarioException>(() => ScenarioFiles.Read("nowhere")).Message.ShouldContain("broadcast-only");
    }

    [Fact]
    public void Halves_that_meet_again_agree_and_the_same_seed_gives_the_same()
    {
        var scenario = new Scenario
        {
            Minutes = 90,
            Places = new ScenarioPlaces { Links = [[0, 1], [1, 2], [2, 3]] },
            Traffic = [new ScenarioTraffic { EntriesPerNode = 3, FromMinute = 5, ToMinute = 30 }],
            Faults = [new ScenarioFault { AtMinute = 2, Split = [0, 1] }, new ScenarioFault { AtMinute = 40, Merge = true }],
        };
        var first = Run(scenario);
        first.Entries.ShouldBe(12);
        first.Delivered.ShouldBe(1);
        first.Violations.ShouldBeEmpty();
        var before = first.Samples.Last(sample => sample.Minute <= 40);
        (before.Delivered, before.Wanted).ShouldBe((12, 36), "each half has what was written in it and nothing else");
        first.Samples[^1].Delivered.ShouldBe(36);

        var second = Run(scenario);
        second.Frames.ShouldBe(first.Frames);
        second.AirtimeSeconds.ShouldBe(first.AirtimeSeconds);
        Run(scenario with { Seed = 2 }).AirtimeSeconds.ShouldNotBe(first.AirtimeSeconds);
    }

    [Fact]
    public void A_gateway_that_was_off_gets_what_was_written_meanwhile()
    {
        var result = Run(new Scenario
        {
            Minutes = 90,
            Places = new ScenarioPlaces { PositionsKm = [[0, 0], [1, 0], [0, 1]], RangeKm = 3 },
            Traffic = [new ScenarioTraffic { Nodes = [0], EntriesPerNode = 6, FromMinute = 12, ToMinute = 28 }],
            Faults = [new ScenarioFault { AtMinute = 10, Off = [2] }, new ScenarioFault { AtMinute = 30, On = [2] }],
        });
        result.Samples.Last(sample => sample.Minute <= 30).Delivered.ShouldBe(6);
        result.Gateways.ShouldAllBe(gateway => gateway.Entries == 6 && gateway.Missing == 0);
    }

    [Fact]
    public void Nobody_expects_a_station_that_only_sends_to_hear_and_listeners_never_send()
    {
        var result = Run(new Scenario
        {
            Minutes = 60,
            Places = new ScenarioPlaces { Links = [[0, 1], [0, 2]] },
            Gateways = [new ScenarioGateways { Mode = MeshMode.Listen }, new ScenarioGateways { Nodes = [0], Mode = MeshMode.Broadcast, History = 5 }],
        });
        result.Delivered.ShouldBe(1);
        result.Samples[^1].Wanted.ShouldBe(10);
        result.Gateways.Where(gateway => gateway.Node > 0).ShouldAllBe(gateway => gateway.AirtimeSeconds == 0);
    }

    [Theory]
    [InlineData(HostileKind.Noise)]
    [InlineData(HostileKind.Replay)]
    [InlineData(HostileKind.Forge)]
    [InlineData(HostileKind.TagFlood)]
    [InlineData(HostileKind.WantFlood)]
    public void The_hostile_are_on_the_air_for_their_share_and_change_nothing_that_is_stored(HostileKind kind)
    {
        var result = Run(new Scenario
        {
            Minutes = 60,
            Places = new ScenarioPlaces { Links = [[0, 1], [1, 2]] },
            Traffic = [new ScenarioTraffic { EntriesPerNode = 3, FromMinute = 1, ToMinute = 20 }],
            Hostiles = [new ScenarioHostile { Kind = kind, Near = [0, 1], Share = 0.2, FromMinute = 2, ToMinute = 32 }],
        });
        result.HostileAirtimeSeconds.ShouldBeInRange(1800 * 0.1, 1800 * 0.3);
        result.Delivered.ShouldBe(1);
        result.Gateways.ShouldAllBe(gateway => gateway.Entries == 9);
        result.Violations.ShouldBeEmpty();
    }

    [Fact]
    public void The_report_is_one_well_formed_page_with_map_and_charts()
    {
        var scenario = ScenarioFiles.Read("village") with { Minutes = 40, Description = "<script>" };
        var page = ScenarioPage.Of("a & b", scenario, Run(scenario));
        page.ShouldContain("<h1>a &amp; b</h1>");
        page.ShouldNotContain("<script>");
        page.ShouldNotContain("http");
        var drawings = System.Text.RegularExpressions.Regex.Matches(page, "<svg.*?</svg>", System.Text.RegularExpressions.RegexOptions.Singleline);
        drawings.Count.ShouldBe(3);
        XElement.Parse(drawings[0].Value).Descendants("circle").Count().ShouldBe(10);
        XElement.Parse(drawings[1].Value).Descendants("polyline").Count().ShouldBe(1);
        XElement.Parse(drawings[2].Value).Descendants("polygon").Count().ShouldBeGreaterThan(2);
    }

    private static ScenarioResult Run(Scenario scenario)
    {
        using var run = new ScenarioRun(ScenarioFiles.Check(scenario, "test"));
        return run.Run(_ => { }, CancellationToken.None);
    }

    private string Read(string json)
    {
        var path = Path.Combine(_folder, "s.json");
        File.WriteAllText(path, json);
        return Should.Throw<ScenarioException>(() => ScenarioFiles.Read(path)).Message;
    }
}
