using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>How some gateways take part.</summary>
public sealed record ScenarioGateways
{
    /// <summary>Their numbers; all when absent.</summary>
    [Description("Their numbers; all when absent.")]
    public IReadOnlyList<int>? Nodes { get; init; }

    /// <summary>Whether they speak, listen, or both.</summary>
    [Description("Whether they speak, listen, or both.")]
    public MeshMode? Mode { get; init; }

    /// <summary>Whether they repeat others.</summary>
    [Description("Whether they repeat others.")]
    public bool? Repeat { get; init; }

    /// <summary>Share of frames they assume a neighbour to lose.</summary>
    [Description("Share of frames they assume a neighbour to lose.")]
    [Range(0.0, 0.9)]
    public double? AssumedLoss { get; init; }

    /// <summary>Entries of one shared history they hold at the start.</summary>
    [Description("Entries of one shared history they hold at the start.")]
    [Range(0, 100_000)]
    public int? History { get; init; }

    /// <summary>When they are switched on, in minutes; at the start when absent.</summary>
    [Description("When they are switched on, in minutes; at the start when absent.")]
    [Range(0.0, 100_000.0)]
    public double? FromMinute { get; init; }
}
