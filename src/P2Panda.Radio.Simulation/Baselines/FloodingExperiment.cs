using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Experiments;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Baselines;

/// <summary>The work of <see cref="RelayExperiment"/> done by flooding, at the same places and with the same publishers.</summary>
public static class FloodingExperiment
{
    /// <summary>Runs one seed.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="frameLength">Bytes of the one frame an entry takes.</param>
    /// <param name="cancels">Whether an overheard repetition cancels ours.</param>
    public static RelayResult Run(RelayExperiment work, int seed, int frameLength, bool cancels)
    {
        ArgumentNullException.ThrowIfNull(work);
        using var world = new MeshWorld(RelayExperiment.Channel(seed), profile: RelayExperiment.Profile);
        var topology = Topology.Scatter(work.Nodes, work.MeanDegree, seed, connected: true);
        var nodes = Enumerable.Range(0, work.Nodes).Select(number => new FloodingNode(world, number, frameLength, cancels)).ToList();
        topology.Connect(world.Ether, work.Loss);
        nodes.ForEach(node => node.Start());
        var random = new Random(seed);
        for (var message = 0; message < work.Entries; message++)
        {
            nodes[random.Next(work.Nodes)].Publish(message);
            world.Time.RunFor(work.Pause);
        }

        world.Time.RunFor(work.Deadline);
        var delivered = nodes.Sum(node => (double)node.Known.Count) - work.Entries;
        var traffic = new MeshTraffic(
            world.Ether.Stations.Sum(station => station.FramesSent),
            world.Ether.Stations.Aggregate(TimeSpan.Zero, (sum, station) => sum + station.Airtime));
        nodes.ForEach(node => node.Dispose());
        return new RelayResult(
            work.Entries, delivered / (work.Entries * (work.Nodes - 1.0)), new Dictionary<string, MeshTraffic> { ["relay"] = traffic });
    }
}
