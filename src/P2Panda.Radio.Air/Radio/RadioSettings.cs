using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Air.Radio;

/// <summary>Channel, modulation and power of a radio.</summary>
public sealed record RadioSettings
{
    /// <summary>Carrier frequency in Hz.</summary>
    public required long FrequencyHz { get; init; }

    /// <summary>Modulation.</summary>
    public required LoraModulation Modulation { get; init; }

    /// <summary>Conducted output power in dBm, already within what the regional plan and the module allow.</summary>
    public required int PowerDbm { get; init; }
}
