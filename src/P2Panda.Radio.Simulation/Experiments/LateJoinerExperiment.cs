using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>A gateway that joins late and has one neighbour, which holds a history of chat lines (air protocol, figure A8).</summary>
public sealed class LateJoinerExperiment
{
    /// <summary>Entries of the history.</summary>
    public int Entries { get; init; } = 500;

    /// <summary>People who wrote it.</summary>
    public int Authors { get; init; } = 5;

    /// <summary>Chance of a frame to fade.</summary>
    public double Loss { get; init; }

    /// <summary>Profile of the plan: "busy" has 1 % duty cycle, "standard" 10 %.</summary>
    public string Profile { get; init; } = RelayExperiment.Profile;

    /// <summary>How gateways take part.</summary>
    public MeshOptions Mesh { get; init; } = new() { AssumedLoss = 0.1 };

    /// <summary>Runs one seed.</summary>
    public RepairResult Run(int seed)
    {
        using var world = new MeshWorld(RelayExperiment.Channel(seed), profile: Profile);
        var history = new List<VerifiedEntry>();
        for (var number = 0; number < Authors; number++)
        {
            using var author = new MadeUpAuthor((seed * 100) + number);
            history.AddRange(Enumerable.Range(0, Entries / Authors).Select(_ => author.Write()));
        }

        world.Add(Mesh, history);
        world.Add(Mesh);
        world.Ether.ConnectAll(new Link(PathLossDb: 115, LossProbability: Loss));
        foreach (var node in world.Nodes)
        {
            node.Start();
            world.Time.RunFor(TimeSpan.FromMinutes(1));
        }

        var heads = history.GroupBy(entry => entry.Log).Select(log => (log.Key, Height: log.Max(entry => entry.SequenceNumber))).ToList();
        var complete = world.Time.RunUntil(() => heads.TrueForAll(head => world.Has(1, head.Key, head.Height)), TimeSpan.FromDays(2));
        var elapsed = world.Time.Elapsed;
        return new RepairResult(
            complete, elapsed, SingleFrames.Airtime(history, history, world.Plan.SettingsFor(world.Profile).Modulation), world.Traffic());
    }
}
