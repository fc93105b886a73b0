using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>
/// A day of a large mesh: chat lines at random times at every gateway, then one quiet hour (air protocol, figure A7). The mesh need not be
/// connected; what counts are pairs that are. Judged by the independent law checker.
/// </summary>
public sealed class DayExperiment
{
    /// <summary>Gateways.</summary>
    public int Nodes { get; init; } = 100;

    /// <summary>Chat lines written at each.</summary>
    public int EntriesPerNode { get; init; } = 1;

    /// <summary>Mean number of gateways in reach of each.</summary>
    public double MeanDegree { get; init; } = 8;

    /// <summary>Chance of a frame to fade, on top of collisions.</summary>
    public double Loss { get; init; } = 0.1;

    /// <summary>Time over which is written.</summary>
    public TimeSpan Writing { get; init; } = TimeSpan.FromDays(1);

    /// <summary>An entry counts as delivered in time when it is there so long after it was published.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time without news at the end.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How gateways take part.</summary>
    public MeshOptions Mesh { get; init; } = new() { AssumedLoss = 0.1 };

    /// <summary>Runs one seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="cancellation">Ends it early.</param>
    public DayResult Run(int seed, CancellationToken cancellation = default)
    {
        using var world = new MeshWorld(RelayExperiment.Channel(seed) with { RecordCapacity = int.MaxValue }, profile: RelayExperiment.Profile);
        var topology = Topology.Scatter(Nodes, MeanDegree, seed, connected: false);
        var component = topology.Components();
        for (var node = 0; node < Nodes; node++)
        {
            world.Add(Mesh);
        }

        topology.Connect(world.Ether, Loss);
#pragma warning disable CA5394 // An experiment is to be repeatable.
        var random = new Random(seed);
        var schedule = Enumerable.Range(0, Nodes * EntriesPerNode).Select(i => (At: Writing * random.NextDouble(), Node: i % Nodes)).Order().ToList();
        foreach (var node in world.Nodes)
        {
            node.Start();
        }
#pragma warning restore CA5394

        var authors = Enumerable.Range(0, Nodes).Select(number => new MadeUpAuthor((seed * 10_007) + number)).ToList();
        var due = new Queue<(TimeSpan At, int Node, LogKey Log, ulong SequenceNumber)>();
        long pairs = 0, inTime = 0, inTheEnd = 0;
        foreach (var (at, node) in schedule)
        {
            cancellation.ThrowIfCancellationRequested();
            while (due.TryPeek(out var next) && next.At <= at)
            {
                due.Dequeue();
                world.Time.RunFor(next.At - world.Time.Elapsed);
                inTime += Holders(next.Node, next.Log, next.SequenceNumber);
            }

            world.Time.RunFor(at - world.Time.Elapsed);
            var entry = authors[node].Write();
            world.Publish(node, entry);
            due.Enqueue((at + Deadline, node, entry.Log, entry.SequenceNumber));
            pairs += component.Count(number => number == component[node]) - 1;
        }

        foreach (var (at, node, log, sequenceNumber) in due)
        {
            world.Time.RunFor(at - world.Time.Elapsed);
            inTime += Holders(node, log, sequenceNumber);
        }

        var end = Writing + Quiet;
        world.Time.RunFor(end > world.Time.Elapsed ? end - world.Time.Elapsed : TimeSpan.Zero);
        foreach (var (author, node) in authors.Select((author, node) => (author, node)))
        {
            for (var sequenceNumber = 1UL; sequenceNumber <= (ulong)author.Count; sequenceNumber++)
            {
                inTheEnd += Holders(node, author.Log, sequenceNumber);
            }

            author.Dispose();
        }

        return new DayResult(
            pairs == 0 ? 1 : (double)inTime / pairs,
            pairs == 0 ? 1 : (double)inTheEnd / pairs,
            world.Ether.Stations.Aggregate(TimeSpan.Zero, (sum, station) => sum + station.Airtime) / Nodes,
            world.Violations(world.Ether.Transmissions).Count,
            world.Time.Elapsed,
            world.Traffic());

        long Holders(int origin, LogKey log, ulong sequenceNumber)
        {
            var holders = 0;
            for (var node = 0; node < Nodes; node++)
            {
                holders += node != origin && component[node] == component[origin] && world.Has(node, log, sequenceNumber) ? 1 : 0;
            }

            return holders;
        }
    }
}
