namespace P2Panda.Radio.Air.Regulation;

/// <summary>The laxer of two disputed figures; used only when the operator names it, and then visible wherever the plan is shown.</summary>
public sealed record RuleOverride
{
    /// <summary>What the operator writes, unique within the plan.</summary>
    public required string Id { get; init; }

    /// <summary>Switches on a rule that is off by default.</summary>
    public bool Enable { get; init; }

    /// <summary>Another duty cycle, in percent; 100 lifts it.</summary>
    public double? DutyCyclePercent { get; init; }

    /// <summary>Another power limit in dBm, measured as the rule's own.</summary>
    public double? MaxDbm { get; init; }

    /// <summary>Drops listen before talk.</summary>
    public bool DropAccess { get; init; }

    /// <summary>Drops the dwell limit.</summary>
    public bool DropDwell { get; init; }

    /// <summary>Who says so: keys of the plan's sources.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>What the operator takes upon himself.</summary>
    public required string Note { get; init; }
}
