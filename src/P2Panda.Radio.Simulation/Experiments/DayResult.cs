using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>What a <see cref="DayExperiment"/> gave.</summary>
/// <param name="InTime">Share of connected pairs of entry and gateway served within the deadline.</param>
/// <param name="InTheEnd">Share served after the quiet time.</param>
/// <param name="AirtimePerNode">Mean time on air of a gateway.</param>
/// <param name="Violations">Limits exceeded, by the independent checker.</param>
/// <param name="Simulated">Simulated time.</param>
/// <param name="Traffic">Frames and airtime of all, by kind.</param>
public sealed record DayResult(
    double InTime, double InTheEnd, TimeSpan AirtimePerNode, int Violations, TimeSpan Simulated, IReadOnlyDictionary<string, MeshTraffic> Traffic);
