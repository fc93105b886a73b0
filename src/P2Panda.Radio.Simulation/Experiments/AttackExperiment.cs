using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>
/// A mesh at work while somebody attacks it, beside the same mesh with noise at the same times (air protocol, figure A9): 20 gateways, one
/// entry a minute; the attacker stands in the middle and is on the air 30 % of the time for twenty minutes.
/// </summary>
public sealed class AttackExperiment
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan Attack = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>Gateways.</summary>
    public int Nodes { get; init; } = 20;

    /// <summary>Share of the time the attacker is on the air.</summary>
    public double Share { get; init; } = 0.3;

    /// <summary>How gateways take part.</summary>
    public MeshOptions Mesh { get; init; } = new() { AssumedLoss = 0.1 };

    /// <summary>Runs one kind of attack and its control.</summary>
    public AttackResult Run(AttackKind kind, int seed)
    {
        var (attacked, script) = Run(kind, seed, null);
        var (control, _) = Run(AttackKind.Noise, seed, script);
        return new AttackResult(attacked, control);
    }

    private (AttackRun Result, IReadOnlyList<(TimeSpan At, int Length)> Script) Run(AttackKind kind, int seed, IReadOnlyList<(TimeSpan At, int Length)>? script)
    {
        using var world = new MeshWorld(RelayExperiment.Channel(seed), profile: RelayExperiment.Profile);
        var topology = Topology.Scatter(Nodes, 8, seed, connected: true);
        for (var node = 0; node < Nodes; node++)
        {
            world.Add(Mesh);
        }

        topology.Connect(world.Ether, 0.1);
        var authors = Enumerable.Range(0, Nodes).Select(number => new MadeUpAuthor((seed * 1000) + number)).ToList();
        using var attacker = new Attacker(world, kind, Share, WarmUp, WarmUp + Attack, authors.ConvertAll(author => author.Log), script);
        var centre = Enumerable.Range(0, Nodes).MaxBy(node => topology.Neighbours[node].Count);
        foreach (var node in topology.Neighbours[centre].Append(centre))
        {
            world.Ether.Connect(Attacker.Name, Topology.Name(node), new Ether.Link(PathLossDb: 125));
        }

        attacker.Start();
        foreach (var node in world.Nodes)
        {
            node.Start();
        }

        var honest = new HashSet<(LogKey, ulong)>();
        var published = new List<(TimeSpan At, LogKey Log, ulong SequenceNumber, int Node)>();
        var random = new Random(seed);
        double delivered = 0;
        var judged = 0;
        var (before, after) = (world.Traffic(), world.Traffic());
        var recovered = 0;
        for (var minute = 0; minute < (int)(WarmUp + Attack + Deadline + Deadline).TotalMinutes; minute++)
        {
            var now = TimeSpan.FromMinutes(minute);
            before = now == WarmUp ? world.Traffic() : before;
            after = now == WarmUp + Attack + Deadline ? world.TrafficSince(before) : after;
            if (now < WarmUp + Attack + Deadline)
            {
                var node = random.Next(Nodes);
                var entry = authors[node].Write();
                honest.Add((entry.Log, entry.SequenceNumber));
                published.Add((now, entry.Log, entry.SequenceNumber, node));
                world.Publish(node, entry);
            }

            world.Time.RunFor(TimeSpan.FromMinutes(1));
            for (; judged < published.Count && published[judged].At + Deadline <= world.Time.Elapsed; judged++)
            {
                var (at, log, sequenceNumber, _) = published[judged];
                var share = (Enumerable.Range(0, Nodes).Count(node => world.Has(node, log, sequenceNumber)) - 1) / (Nodes - 1.0);
                if (at >= WarmUp && at < WarmUp + Attack)
                {
                    delivered += share / Attack.TotalMinutes;
                }

                recovered += at >= WarmUp + Attack + TimeSpan.FromMinutes(1) && share > 0.99 ? 1 : 0;
            }
        }

        var strangers = world.Stores.Sum(store => store.EntryCount) - world.Stores.Sum(store => honest.Count(entry => store.View.HeightOf(entry.Item1) >= entry.Item2));
        authors.ForEach(author => author.Dispose());
        var airtime = after.Values.Aggregate(TimeSpan.Zero, (sum, kindOf) => sum + kindOf.Airtime);
        return (new AttackRun(delivered, airtime, after, strangers, recovered / (Deadline.TotalMinutes - 1)), attacker.Sent);
    }
}
