using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>Channel and modulation that all gateways of a network share.</summary>
public sealed record RadioProfile
{
    /// <summary>Name within the plan: "standard", "far", "busy".</summary>
    public required string Id { get; init; }

    /// <summary>The rule it is made for.</summary>
    public required string SubBand { get; init; }

    /// <summary>Carrier in Hz.</summary>
    public required long FrequencyHz { get; init; }

    /// <summary>Spreading factor.</summary>
    public required int SpreadingFactor { get; init; }

    /// <summary>Bandwidth in Hz.</summary>
    public required int BandwidthHz { get; init; }

    /// <summary>Denominator of the coding rate 4/x.</summary>
    public int CodingRateDenominator { get; init; } = 5;

    /// <summary>Preamble in symbols.</summary>
    public int PreambleSymbols { get; init; } = 8;

    /// <summary>What it is for.</summary>
    public string? Note { get; init; }

    /// <summary>The modulation.</summary>
    public LoraModulation Modulation => new()
    {
        SpreadingFactor = SpreadingFactor,
        BandwidthHz = BandwidthHz,
        CodingRateDenominator = CodingRateDenominator,
        PreambleSymbols = PreambleSymbols,
    };
}
