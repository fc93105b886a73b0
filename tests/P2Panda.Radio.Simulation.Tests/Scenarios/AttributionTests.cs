using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Experiments;
using P2Panda.Radio.Simulation.Scenarios;
using Xunit.Abstractions;

namespace P2Panda.Radio.Simulation.Tests.Scenarios;

/// <summary>
/// Networks in which gateways seal every burst: what a gateway seals must be believed by those who never hear it announce its key. Shipped
/// nodes in a row, in virtual time.
/// </summary>
public sealed class AttributionTests(ITestOutputHelper output) : IDisposable
{
    private const int Nodes = 5;
    private readonly List<MadeUpAuthor> _authors = [];

    public void Dispose() => _authors.ForEach(author => author.Dispose());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Entries_pass_gateways_that_have_never_heard_of_each_other(int seed)
    {
        using var world = Row(seed);
        world.Time.RunFor(TimeSpan.FromMinutes(3));
        var first = Arrivals(world, Author(seed), TimeSpan.FromHours(3));
        world.Time.RunFor(TimeSpan.FromMinutes(5));
        var second = Arrivals(world, Author(seed + 100), TimeSpan.FromHours(3));
        output.WriteLine($"first entry after {string.Join(", ", first)} s, second after {string.Join(", ", second)} s");
        first[1].ShouldBeLessThan(40);
        first.Max().ShouldBeLessThan(60);
        second.Max().ShouldBeLessThan(30);
    }

    [Theory]
    [InlineData(1, TrustPolicy.Open)]
    [InlineData(2, TrustPolicy.FirstUse)]
    public void Who_was_not_there_is_answered_under_a_seal_it_believes(int seed, TrustPolicy trust)
    {
        using var world = Row(seed, trust);
        world.Time.RunFor(TimeSpan.FromMinutes(3));
        world.SwitchOff(2);
        var entry = Author(seed).Write();
        world.Publish(0, entry);
        world.Time.RunFor(TimeSpan.FromMinutes(10));
        world.Has(1, entry.Log, 1).ShouldBeTrue();

        // The one who sealed it is gone, and its neighbour remembers the burst as it came.
        world.SwitchOff(0);
        world.SwitchOn(2);
        world.Time.RunUntil(() => world.Has(2, entry.Log, 1), TimeSpan.FromMinutes(40)).ShouldBeTrue();
        world.Nodes[2].Mesh.Counters.Wants.ShouldBeLessThan(3);
    }

    private static MeshWorld Row(int seed, TrustPolicy trust = TrustPolicy.Open)
    {
        var world = new MeshWorld(RelayExperiment.Channel(seed));
        for (var node = 0; node < Nodes; node++)
        {
            world.Add(new MeshOptions(), alwaysAttribute: true, trust: trust);
        }

        for (var node = 1; node < Nodes; node++)
        {
            world.Ether.Connect(Topology.Name(node - 1), Topology.Name(node));
        }

        foreach (var node in world.Nodes)
        {
            node.Start();
        }

        return world;
    }

    /// <summary>Seconds until each of the other nodes has an entry that the first publishes.</summary>
    private static List<double> Arrivals(MeshWorld world, MadeUpAuthor author, TimeSpan patience)
    {
        var entry = author.Write();
        var begin = world.Time.Elapsed;
        world.Publish(0, entry);
        var arrivals = new List<double>();
        for (var node = 1; node < Nodes; node++)
        {
            var isThere = world.Time.RunUntil(() => world.Has(node, entry.Log, entry.SequenceNumber), patience);
            arrivals.Add(isThere ? Math.Round((world.Time.Elapsed - begin).TotalSeconds, 1) : double.PositiveInfinity);
        }

        return arrivals;
    }

    private MadeUpAuthor Author(int number)
    {
        var author = new MadeUpAuthor(number);
        _authors.Add(author);
        return author;
    }
}
