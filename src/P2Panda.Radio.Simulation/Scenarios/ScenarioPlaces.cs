using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>Where gateways stand; one of the three ways. Gateways are numbered from 0.</summary>
public sealed record ScenarioPlaces
{
    /// <summary>At random in a square.</summary>
    [Description("At random in a square.")]
    public ScenarioScatter? Scatter { get; init; }

    /// <summary>East and north of each gateway, in kilometres.</summary>
    [Description("East and north of each gateway, in kilometres.")]
    public IReadOnlyList<IReadOnlyList<double>>? PositionsKm { get; init; }

    /// <summary>Distance at which a frame is just understood, in kilometres; for positions.</summary>
    [Description("Distance at which a frame is just understood, in kilometres; for positions.")]
    [Range(0.01, 1000.0)]
    public double RangeKm { get; init; } = 5;

    /// <summary>Pairs of gateways that hear each other well; nobody else does.</summary>
    [Description("Pairs of gateways that hear each other well; nobody else does.")]
    public IReadOnlyList<IReadOnlyList<int>>? Links { get; init; }
}
