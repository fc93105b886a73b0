namespace P2Panda.Radio.Air.Regulation;

/// <summary>What the law needs to know about a station.</summary>
public sealed record StationSetup
{
    /// <summary>Lowest and highest antenna gain that is taken for a typing error when exceeded, in dBi.</summary>
    public const double MaxGainDbi = 30;

    /// <summary>Highest cable loss that is believed, in dB.</summary>
    public const double MaxCableLossDb = 30;

    /// <summary>Gain of the antenna in dBi. A quarter-wave whip on a HAT has about 2.</summary>
    public double AntennaGainDbi { get; init; } = 2.15;

    /// <summary>Loss of cable and connectors in dB.</summary>
    public double CableLossDb { get; init; }

    /// <summary>Lowest power the module can be set to, in dBm: 2 on PA_BOOST, −4 on RFO.</summary>
    public int ModuleMinDbm { get; init; } = 2;

    /// <summary>Highest power the module can be set to, in dBm: 17 or 20 on PA_BOOST, 14 on RFO.</summary>
    public int ModuleMaxDbm { get; init; } = 17;

    /// <summary>Highest power the operator wants, in dBm at the module, or none for what is allowed.</summary>
    public int? WantedDbm { get; init; }

    /// <summary>The rule to follow, by name, or none for the first that fits.</summary>
    public string? SubBand { get; init; }

    /// <summary>Overrides the operator has named.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Lowest and highest frequency the module's antenna circuit is made for, in Hz, or none when not known.</summary>
    public (long LowHz, long HighHz)? ModuleBand { get; init; }
}
