using P2Panda.Radio.Simulation.Law;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>What a <see cref="Scenario"/> came to. Deliveries are pairs of an entry and a gateway that lacks it, can hear and can be reached.</summary>
public sealed record ScenarioResult
{
    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Simulated time, in minutes.</summary>
    public required double Minutes { get; init; }

    /// <summary>Entries written, and those of the history.</summary>
    public required int Entries { get; init; }

    /// <summary>Share of deliveries made, 0 to 1.</summary>
    public required double Delivered { get; init; }

    /// <summary>Half of the deliveries took no longer, in seconds, counted from writing or from the start.</summary>
    public required double DelayMedianSeconds { get; init; }

    /// <summary>Nineteen of twenty deliveries took no longer, in seconds.</summary>
    public required double DelayP95Seconds { get; init; }

    /// <summary>Frames sent by all gateways.</summary>
    public required long Frames { get; init; }

    /// <summary>Their time on air, in seconds.</summary>
    public required double AirtimeSeconds { get; init; }

    /// <summary>The same by what they were for.</summary>
    public required IReadOnlyDictionary<string, double> AirtimeByKindSeconds { get; init; }

    /// <summary>Time on air of those who mean harm, in seconds.</summary>
    public required double HostileAirtimeSeconds { get; init; }

    /// <summary>What the independent law checker has against the gateways.</summary>
    public required IReadOnlyList<LawViolation> Violations { get; init; }

    /// <summary>How it went on, at equal distances.</summary>
    public required IReadOnlyList<ScenarioSample> Samples { get; init; }

    /// <summary>The gateways.</summary>
    public required IReadOnlyList<ScenarioGatewayResult> Gateways { get; init; }
}
