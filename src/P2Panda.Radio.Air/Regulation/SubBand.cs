namespace P2Panda.Radio.Air.Regulation;

/// <summary>A stretch of spectrum and the rule that a station follows in it. Several rules may cover the same stretch; a station follows one.</summary>
public sealed record SubBand
{
    /// <summary>Name of the rule, unique within the plan.</summary>
    public required string Id { get; init; }

    /// <summary>Lower edge in Hz.</summary>
    public required long LowHz { get; init; }

    /// <summary>Upper edge in Hz.</summary>
    public required long HighHz { get; init; }

    /// <summary>Power.</summary>
    public required PowerLimit Power { get; init; }

    /// <summary>Duty cycle, or none.</summary>
    public DutyCycle? DutyCycle { get; init; }

    /// <summary>Dwell, or none.</summary>
    public DwellLimit? Dwell { get; init; }

    /// <summary>Listen before talk, or none.</summary>
    public AccessRule? Access { get; init; }

    /// <summary>Hopping, where the rule is for stations that hop.</summary>
    public HoppingRule? Hopping { get; init; }

    /// <summary>Narrowest LoRa bandwidth in Hz, or none.</summary>
    public int? MinBandwidthHz { get; init; }

    /// <summary>Widest LoRa bandwidth in Hz, or none.</summary>
    public int? MaxBandwidthHz { get; init; }

    /// <summary>The only centre frequencies allowed, in Hz, or none when any fits.</summary>
    public IReadOnlyList<long>? CentersHz { get; init; }

    /// <summary>Whether the rule applies only when the operator chooses it by name, or enables it by an override.</summary>
    public bool OffByDefault { get; init; }

    /// <summary>Why no station may follow the rule, or none.</summary>
    public string? Refusal { get; init; }

    /// <summary>Laxer figures that some sources give.</summary>
    public IReadOnlyList<RuleOverride> Overrides { get; init; } = [];

    /// <summary>Keys of the plan's sources.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>What to know about it.</summary>
    public string? Note { get; init; }

    /// <summary>Whether an emission's whole occupied bandwidth lies inside.</summary>
    /// <param name="frequencyHz">Centre in Hz.</param>
    /// <param name="bandwidthHz">Occupied bandwidth in Hz: LoRa's nominal bandwidth.</param>
    public bool Fits(long frequencyHz, int bandwidthHz) =>
        (2 * frequencyHz) - bandwidthHz >= 2 * LowHz && (2 * frequencyHz) + bandwidthHz <= 2 * HighHz;
}
