namespace P2Panda.Radio.Air.Regulation;

/// <summary>What a station may do on one channel: the rule it follows there, after overrides.</summary>
public sealed record ChannelPermit
{
    /// <summary>The plan and rule: "eu868/P".</summary>
    public required string RuleId { get; init; }

    /// <summary>The rule, overrides applied.</summary>
    public required SubBand Rule { get; init; }

    /// <summary>Highest power at the module in dBm: law, module and operator's wish together.</summary>
    public required int MaxPowerDbm { get; init; }

    /// <summary>Longest single transmission, or none.</summary>
    public TimeSpan? MaxTransmission { get; init; }

    /// <summary>Overrides that took part in this permit.</summary>
    public required IReadOnlyList<RuleOverride> Overrides { get; init; }
}
