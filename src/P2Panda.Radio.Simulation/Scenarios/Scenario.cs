using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>What a simulation is about: where gateways stand, what is written, what breaks. One JSON file; the same seed gives the same run.</summary>
public sealed record Scenario
{
    /// <summary>One line for people.</summary>
    [Description("One line for people.")]
    public string Description { get; init; } = string.Empty;

    /// <summary>Simulated time, in minutes.</summary>
    [Description("Simulated time, in minutes.")]
    [Range(1.0, 100_000.0)]
    public double Minutes { get; init; } = 60;

    /// <summary>Decides everything that is left to chance.</summary>
    [Description("Decides everything that is left to chance.")]
    [Range(1, 100_000)]
    public int Seed { get; init; } = 1;

    /// <summary>Regional plan of all gateways.</summary>
    [Description("Regional plan of all gateways.")]
    public string Plan { get; init; } = "eu868";

    /// <summary>Profile of the plan.</summary>
    [Description("Profile of the plan.")]
    public string Profile { get; init; } = "standard";

    /// <summary>Where gateways stand.</summary>
    [Description("Where gateways stand: scattered, at positions, or as a graph.")]
    public ScenarioPlaces Places { get; init; } = new();

    /// <summary>What happens between antennas.</summary>
    [Description("What happens between antennas.")]
    public ScenarioChannel Channel { get; init; } = new();

    /// <summary>How gateways take part. Later lines add to earlier ones; what no line names is the program's default.</summary>
    [Description("How gateways take part. Later lines add to earlier ones; what no line names is the program's default.")]
    public IReadOnlyList<ScenarioGateways> Gateways { get; init; } = [];

    /// <summary>What is written, where and when.</summary>
    [Description("What is written, where and when.")]
    public IReadOnlyList<ScenarioTraffic> Traffic { get; init; } = [];

    /// <summary>What breaks and is mended.</summary>
    [Description("What breaks and is mended.")]
    public IReadOnlyList<ScenarioFault> Faults { get; init; } = [];

    /// <summary>Who means harm.</summary>
    [Description("Who means harm.")]
    public IReadOnlyList<ScenarioHostile> Hostiles { get; init; } = [];

    /// <summary>Number of gateways.</summary>
    internal int NodeCount =>
        Places.Scatter?.Nodes ?? Places.PositionsKm?.Count ?? (Places.Links is { Count: > 0 } links ? links.Max(link => link.Max()) + 1 : 0);
}
