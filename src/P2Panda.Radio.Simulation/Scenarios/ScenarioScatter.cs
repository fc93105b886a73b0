using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>Gateways at random in a square.</summary>
public sealed record ScenarioScatter
{
    /// <summary>How many.</summary>
    [Description("How many.")]
    [Range(2, 5000)]
    public int Nodes { get; init; } = 10;

    /// <summary>Mean number of gateways in reach of each.</summary>
    [Description("Mean number of gateways in reach of each.")]
    [Range(1.0, 199.0)]
    public double MeanNeighbours { get; init; } = 4;

    /// <summary>Whether places are drawn until everybody can be reached.</summary>
    [Description("Whether places are drawn until everybody can be reached.")]
    public bool Connected { get; init; } = true;
}
