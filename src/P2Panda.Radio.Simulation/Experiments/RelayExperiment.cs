using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>
/// Single entries, one a minute, from random nodes of a connected mesh with hidden terminals (air protocol, figure A6). Counted from the
/// first entry on; keys were told before.
/// </summary>
public sealed class RelayExperiment
{
    /// <summary>Nodes of the mesh.</summary>
    public int Nodes { get; init; } = 20;

    /// <summary>Mean number of nodes in reach.</summary>
    public double MeanDegree { get; init; } = 8;

    /// <summary>Chance of a frame to fade, on top of collisions.</summary>
    public double Loss { get; init; } = 0.1;

    /// <summary>Entries published.</summary>
    public int Entries { get; init; } = 30;

    /// <summary>Time between entries.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>An entry counts as delivered when it is there so long after it was published.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time before the first entry.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How nodes take part.</summary>
    public MeshOptions Mesh { get; init; } = new() { AssumedLoss = 0.1 };

    /// <summary>Runs one seed.</summary>
    public RelayResult Run(int seed)
    {
        using var world = new MeshWorld(Channel(seed), profile: Profile);
        var topology = Topology.Scatter(Nodes, MeanDegree, seed, connected: true);
        for (var node = 0; node < Nodes; node++)
        {
            world.Add(Mesh);
        }

        topology.Connect(world.Ether, Loss);
        var random = new Random(seed);
        foreach (var node in world.Nodes)
        {
            world.Time.RunFor(TimeSpan.FromSeconds(random.NextDouble()));
            node.Start();
        }

        world.Time.RunFor(WarmUp);
        var before = world.Traffic();
        var authors = Enumerable.Range(0, Nodes).Select(number => new MadeUpAuthor((seed * 1000) + number)).ToList();
        var published = new List<(TimeSpan At, LogKey Log, ulong SequenceNumber)>();
        var delivered = 0L;
        var judged = 0;
        while (judged < Entries)
        {
            if (published.Count < Entries)
            {
                var author = random.Next(Nodes);
                var entry = authors[author].Write();
                published.Add((world.Time.Elapsed, entry.Log, entry.SequenceNumber));
                world.Publish(author, entry);
            }

            world.Time.RunFor(Pause);
            while (judged < published.Count && world.Time.Elapsed - published[judged].At >= Deadline)
            {
                var (_, log, sequenceNumber) = published[judged++];
                delivered += Enumerable.Range(0, Nodes).Count(node => world.Has(node, log, sequenceNumber)) - 1;
            }
        }

        authors.ForEach(author => author.Dispose());
        return new RelayResult(Entries, (double)delivered / (Entries * (Nodes - 1)), world.TrafficSince(before));
    }

    /// <summary>The profile of the figures: SF7, 125 kHz, 1 % duty cycle.</summary>
    public const string Profile = "busy";

    /// <summary>The channel of a seed: 6 dB capture, detection that misses one preamble in five.</summary>
    public static EtherOptions Channel(int seed) => new()
    {
        Seed = (ulong)seed,
        CaptureThresholdDb = 6,
        ActivityMissProbability = 0.2,
        RecordCapacity = 0,
        RecordBytes = false,
    };
}
