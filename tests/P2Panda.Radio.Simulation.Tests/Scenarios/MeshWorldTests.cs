using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Experiments;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Tests.Scenarios;

/// <summary>Small meshes of shipped nodes in virtual time: one journey a test.</summary>
public sealed class MeshWorldTests : IDisposable
{
    private readonly MeshWorld _world = new(RelayExperiment.Channel(5));
    private readonly List<MadeUpAuthor> _authors = [];

    public void Dispose()
    {
        _world.Dispose();
        _authors.ForEach(author => author.Dispose());
    }

    [Fact]
    public void A_late_joiner_obtains_the_history_of_authors_it_never_heard_of()
    {
        var history = Write(author: 1, entries: 60).Concat(Write(author: 2, entries: 20)).ToList();
        _world.Add(new MeshOptions(), history);
        _world.Add(new MeshOptions());
        Connect(0, 1, loss: 0.2);
        Start();

        RunUntilAll(history, TimeSpan.FromHours(2));

        _world.Traffic()["repair"].Airtime.ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void An_entry_longer_than_a_burst_goes_on_by_repair_and_no_part_of_it_is_repeated_for_nothing()
    {
        for (var node = 0; node < 4; node++)
        {
            _world.Add(new MeshOptions());
        }

        for (var node = 0; node < 3; node++)
        {
            Connect(node, node + 1, loss: 0.1);
        }

        Start();
        _world.Time.RunFor(TimeSpan.FromMinutes(5));
        var author = new MadeUpAuthor(1);
        _authors.Add(author);
        var letters = new Random(1);
        var entry = author.Write(new string([.. Enumerable.Range(0, 3_000).Select(_ => (char)letters.Next(0x4E00, 0x9FFF))]));
        _world.Publish(0, entry);

        RunUntilAll([entry], TimeSpan.FromMinutes(45));

        _world.Traffic().Keys.ShouldNotContain("relay");
    }

    [Fact]
    public void A_row_of_nodes_hands_entries_on()
    {
        for (var node = 0; node < 4; node++)
        {
            _world.Add(new MeshOptions());
        }

        for (var node = 0; node < 3; node++)
        {
            Connect(node, node + 1, loss: 0.2);
        }

        Start();
        _world.Time.RunFor(TimeSpan.FromMinutes(2));
        var entries = Write(author: 1, entries: 12);
        foreach (var entry in entries)
        {
            _world.Publish(0, entry);
            _world.Time.RunFor(TimeSpan.FromSeconds(20));
        }

        RunUntilAll(entries, TimeSpan.FromHours(1));
    }

    [Fact]
    public void Two_parts_that_meet_again_converge_and_then_fall_silent()
    {
        for (var node = 0; node < 4; node++)
        {
            _world.Add(new MeshOptions());
        }

        Connect(0, 1, loss: 0.1);
        Connect(2, 3, loss: 0.1);
        Start();
        var (left, right) = (Write(author: 1, entries: 15), Write(author: 2, entries: 15));
        for (var i = 0; i < 15; i++)
        {
            _world.Publish(0, left[i]);
            _world.Publish(3, right[i]);
            _world.Time.RunFor(TimeSpan.FromSeconds(30));
        }

        _world.Has(2, left[0].Log, 1).ShouldBeFalse();
        Connect(1, 2, loss: 0.1);

        RunUntilAll([.. left, .. right], TimeSpan.FromHours(3));

        _world.Time.RunFor(TimeSpan.FromHours(3));
        var before = _world.Ether.Stations.Sum(station => station.FramesSent);
        _world.Time.RunFor(TimeSpan.FromHours(6));
        (_world.Ether.Stations.Sum(station => station.FramesSent) - before).ShouldBeLessThan(4 * 6 * 3);
    }

    [Fact]
    public void A_listener_that_tunes_in_late_obtains_everything_from_a_station_that_never_listens()
    {
        var history = Write(author: 1, entries: 80);
        _world.Add(new MeshOptions { Mode = MeshMode.Broadcast }, history);
        _world.Add(new MeshOptions { Mode = MeshMode.Listen });
        _world.Ether.ConnectOneWay("0", "1", new Link(LossProbability: 0.2));
        _world.Nodes[0].Start();
        _world.Time.RunFor(TimeSpan.FromMinutes(47));
        _world.Nodes[1].Start();

        RunUntilAll(history, TimeSpan.FromHours(6));

        _world.Ether.Station("1").FramesSent.ShouldBe(0);
    }

    [Fact]
    public void Gateways_that_missed_each_others_keys_ask_for_them()
    {
        var history = Write(author: 1, entries: 3);
        _world.Add(new MeshOptions(), history);
        _world.Add(new MeshOptions());
        Start();
        _world.Time.RunFor(TimeSpan.FromMinutes(15));
        Connect(0, 1, loss: 0);

        RunUntilAll(history, TimeSpan.FromMinutes(30));
    }

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.2)]
    public void Who_joins_a_mesh_that_has_run_for_long_soon_has_its_history(int seed, double loss)
    {
        using var world = new MeshWorld(RelayExperiment.Channel(seed));
        var history = Write(author: seed, entries: 100);
        for (var node = 0; node < 3; node++)
        {
            world.Add(new MeshOptions(), history);
        }

        world.Add(new MeshOptions());
        world.Ether.ConnectAll(new Link(PathLossDb: 115, LossProbability: loss));
        foreach (var node in world.Nodes.Take(3))
        {
            node.Start();
        }

        world.Time.RunFor(TimeSpan.FromHours(3));
        world.Nodes[3].Start();
        world.Time.RunUntil(() => world.Has(3, history[0].Log, 100), TimeSpan.FromMinutes(45)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(30)]
    [InlineData(108)]
    public void Islands_joined_by_one_link_converge(int seed)
    {
        using var chat = new ScenarioRun(ScenarioFiles.Read("village") with { Seed = seed });
        var result = chat.Run(_ => { }, CancellationToken.None);
        result.Delivered.ShouldBe(1);
        result.Violations.ShouldBeEmpty();
    }

    [Fact]
    public void Holders_of_an_entry_are_counted_from_what_is_overheard()
    {
        for (var node = 0; node < 3; node++)
        {
            _world.Add(new MeshOptions());
        }

        _world.Ether.ConnectAll();
        Start();
        _world.Time.RunFor(TimeSpan.FromMinutes(3));
        var entry = Write(author: 1, entries: 1)[0];
        _world.Publish(0, entry);
        _world.Nodes[0].Mesh.Holders(entry.Log, 1).ShouldBe(0);

        _world.Time.RunUntil(() => _world.Nodes[0].Mesh.Holders(entry.Log, 1) > 0, TimeSpan.FromHours(2)).ShouldBeTrue();
    }

    [Fact]
    public void The_same_seed_gives_the_same_mesh()
    {
        var (first, second) = (new RelayExperiment { Nodes = 8, MeanDegree = 4, Entries = 5 }, new RelayExperiment { Nodes = 8, MeanDegree = 4, Entries = 5 });
        var (a, b) = (first.Run(3), second.Run(3));
        a.Airtime.ShouldBe(b.Airtime);
        a.Delivered.ShouldBe(b.Delivered);
        a.Delivered.ShouldBeGreaterThan(0.9);
    }

    private List<VerifiedEntry> Write(int author, int entries)
    {
        var writer = new MadeUpAuthor(author);
        _authors.Add(writer);
        return [.. Enumerable.Range(0, entries).Select(_ => writer.Write())];
    }

    private void Connect(int a, int b, double loss) => _world.Ether.Connect(Topology.Name(a), Topology.Name(b), new Link(LossProbability: loss));

    private void Start()
    {
        foreach (var node in _world.Nodes)
        {
            node.Start();
        }
    }

    private void RunUntilAll(IReadOnlyList<VerifiedEntry> entries, TimeSpan atMost)
    {
        var last = entries.GroupBy(entry => entry.Log).Select(log => (log.Key, Height: log.Max(entry => entry.SequenceNumber))).ToList();
        var nodes = Enumerable.Range(0, _world.Nodes.Count).ToList();
        _world.Time.RunUntil(() => nodes.TrueForAll(node => last.TrueForAll(log => _world.Has(node, log.Key, log.Height))), atMost)
            .ShouldBeTrue(string.Join("; ", nodes.Select(node => $"{node}: {_world.Stores[node].EntryCount}")));
    }
}
