using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>
/// Five neighbours of one gateway, each of which lacks a different fifth of 40 entries that came in different bursts (air protocol, figure
/// A5): each of five logs grew by eight entries while another of them was away. They have met before; counted from the
/// moment on at which all are back.
/// </summary>
public sealed class SharedRepairExperiment
{
    private const int Neighbours = 5;
    private const int EntriesEach = 8;
    private const int Known = 4;

    /// <summary>Chance of a frame to fade, on top of collisions.</summary>
    public double Loss { get; init; }

    /// <summary>How gateways take part.</summary>
    public MeshOptions Mesh { get; init; } = new() { AssumedLoss = 0.1 };

    /// <summary>Runs one seed.</summary>
    public RepairResult Run(int seed)
    {
        using var world = new MeshWorld(RelayExperiment.Channel(seed), profile: RelayExperiment.Profile);
        var logs = Enumerable.Range(0, Neighbours).Select(number => Write((seed * 100) + number)).ToList();
        var first = logs.ConvertAll(log => log[..Known]);
        for (var node = 0; node <= Neighbours; node++)
        {
            world.Add(Mesh, first.SelectMany(log => log));
        }

        world.Ether.ConnectAll(new Link(PathLossDb: 115, LossProbability: Loss));
        foreach (var node in world.Nodes)
        {
            world.Time.RunFor(TimeSpan.FromSeconds(3));
            node.Start();
        }

        world.Time.RunFor(TimeSpan.FromMinutes(30));
        for (var node = 0; node <= Neighbours; node++)
        {
            world.ComeBackWith(node, logs.Where((_, log) => node != log + 1).SelectMany(log => log[Known..]));
        }

        var before = world.Traffic();
        var start = world.Time.Elapsed;
        var complete = world.Time.RunUntil(
            () => Enumerable.Range(0, Neighbours + 1).All(node => logs.TrueForAll(log => world.Has(node, log[^1].Log, Known + EntriesEach))), TimeSpan.FromHours(2));
        var yardstick = logs.Aggregate(
            TimeSpan.Zero, (sum, log) => sum + SingleFrames.Airtime(log, log[Known..], world.Plan.SettingsFor(world.Profile).Modulation)) / Neighbours;
        return new RepairResult(complete, world.Time.Elapsed - start, yardstick, world.TrafficSince(before));
    }

    private static List<VerifiedEntry> Write(int number)
    {
        using var author = new MadeUpAuthor(number);
        return [.. Enumerable.Range(0, Known + EntriesEach).Select(_ => author.Write())];
    }
}
