using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>Chat lines written at random times.</summary>
public sealed record ScenarioTraffic
{
    /// <summary>Gateways at which they are written; all when absent.</summary>
    [Description("Gateways at which they are written; all when absent.")]
    public IReadOnlyList<int>? Nodes { get; init; }

    /// <summary>Lines written at each.</summary>
    [Description("Lines written at each.")]
    [Range(0, 100_000)]
    public int EntriesPerNode { get; init; } = 5;

    /// <summary>From when on, in minutes.</summary>
    [Description("From when on, in minutes.")]
    [Range(0.0, 100_000.0)]
    public double FromMinute { get; init; }

    /// <summary>Until when, in minutes.</summary>
    [Description("Until when, in minutes.")]
    [Range(0.0, 100_000.0)]
    public double ToMinute { get; init; } = 30;
}
