using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>A station that means harm. It keeps to no law.</summary>
public sealed record ScenarioHostile
{
    /// <summary>What it sends.</summary>
    [Description("What it sends.")]
    public HostileKind Kind { get; init; } = HostileKind.Noise;

    /// <summary>Gateways that hear it and that it hears.</summary>
    [Description("Gateways that hear it and that it hears.")]
    public IReadOnlyList<int> Near { get; init; } = [];

    /// <summary>Share of the time it is on the air.</summary>
    [Description("Share of the time it is on the air.")]
    [Range(0.0, 0.9)]
    public double Share { get; init; } = 0.3;

    /// <summary>From when on, in minutes.</summary>
    [Description("From when on, in minutes.")]
    [Range(0.0, 100_000.0)]
    public double FromMinute { get; init; }

    /// <summary>Until when, in minutes.</summary>
    [Description("Until when, in minutes.")]
    [Range(0.0, 100_000.0)]
    public double ToMinute { get; init; } = 60;
}
