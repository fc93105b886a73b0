using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Law;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>What a <see cref="ChatScenario"/> came to.</summary>
public sealed record ChatScenarioResult
{
    /// <summary>Entries written.</summary>
    public required int Entries { get; init; }

    /// <summary>Share of pairs of entry and other gateway that were served.</summary>
    public required double Delivered { get; init; }

    /// <summary>Half of the deliveries took no longer, to the second.</summary>
    public required TimeSpan MedianDelay { get; init; }

    /// <summary>Nineteen of twenty deliveries took no longer, to the second.</summary>
    public required TimeSpan NinetyFifthDelay { get; init; }

    /// <summary>Frames sent by everybody.</summary>
    public required long Frames { get; init; }

    /// <summary>Their time on air.</summary>
    public required TimeSpan Airtime { get; init; }

    /// <summary>Frames and airtime by what they were for.</summary>
    public required IReadOnlyDictionary<string, MeshTraffic> Traffic { get; init; }

    /// <summary>What the independent law checker has against it.</summary>
    public required IReadOnlyList<LawViolation> Violations { get; init; }
}
