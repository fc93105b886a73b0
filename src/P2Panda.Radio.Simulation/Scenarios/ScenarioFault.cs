using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>Something that breaks, or is mended. All that a line names happens at its minute.</summary>
public sealed record ScenarioFault
{
    /// <summary>When, in minutes.</summary>
    [Description("When, in minutes.")]
    [Range(0.0, 100_000.0)]
    public double AtMinute { get; init; }

    /// <summary>Gateways that are switched off; their databases stay.</summary>
    [Description("Gateways that are switched off; their databases stay.")]
    public IReadOnlyList<int>? Off { get; init; }

    /// <summary>Gateways that are switched on again, with the databases they had.</summary>
    [Description("Gateways that are switched on again, with the databases they had.")]
    public IReadOnlyList<int>? On { get; init; }

    /// <summary>Gateways whose machine starts anew: its clocks begin at zero and its date is wrong.</summary>
    [Description("Gateways whose machine starts anew: its clocks begin at zero and its date is wrong.")]
    public IReadOnlyList<int>? Reboot { get; init; }

    /// <summary>Gateways that no longer hear the others, nor are heard by them.</summary>
    [Description("Gateways that no longer hear the others, nor are heard by them.")]
    public IReadOnlyList<int>? Split { get; init; }

    /// <summary>Whether everybody hears again whom the channel lets them hear.</summary>
    [Description("Whether everybody hears again whom the channel lets them hear.")]
    public bool Merge { get; init; }
}
