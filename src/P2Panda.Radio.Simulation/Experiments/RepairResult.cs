using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>What it took to repair.</summary>
/// <param name="IsComplete">Whether everybody had everything in time.</param>
/// <param name="Elapsed">Simulated time until then.</param>
/// <param name="Yardstick">Every missing entry sent once as a single frame.</param>
/// <param name="Traffic">Frames and airtime of everybody, by kind.</param>
public sealed record RepairResult(bool IsComplete, TimeSpan Elapsed, TimeSpan Yardstick, IReadOnlyDictionary<string, MeshTraffic> Traffic)
{
    /// <summary>Airtime of entries and of symbols over them, in yardsticks.</summary>
    public double Repairs => (Traffic.GetValueOrDefault("repair").Airtime + Traffic.GetValueOrDefault("relay").Airtime) / Yardstick;

    /// <summary>The same with the manifests and seals of repair sets.</summary>
    public double RepairFrames => Repairs + (Traffic.GetValueOrDefault("manifest").Airtime / Yardstick);

    /// <summary>Airtime of everything, in yardsticks.</summary>
    public double Everything => Traffic.Values.Aggregate(TimeSpan.Zero, (sum, kind) => sum + kind.Airtime) / Yardstick;
}
