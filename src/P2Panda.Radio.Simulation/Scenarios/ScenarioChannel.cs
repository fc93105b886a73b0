using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>What happens between antennas. Attenuation grows with distance by the power 3.5 and reaches the demodulator's limit at the range.</summary>
public sealed record ScenarioChannel
{
    /// <summary>Share of frames that fade away on every link, beside collisions.</summary>
    [Description("Share of frames that fade away on every link, beside collisions.")]
    [Range(0.0, 0.9)]
    public double Loss { get; init; } = 0.1;

    /// <summary>Standard deviation of a link's attenuation from what its distance says, in dB: hills and houses.</summary>
    [Description("Standard deviation of a link's attenuation from what its distance says, in dB: hills and houses.")]
    [Range(0.0, 20.0)]
    public double ShadowingDb { get; init; }

    /// <summary>Standard deviation of the attenuation from frame to frame, in dB.</summary>
    [Description("Standard deviation of the attenuation from frame to frame, in dB.")]
    [Range(0.0, 20.0)]
    public double FadingDb { get; init; }

    /// <summary>How much stronger a frame must be than another to survive it, in dB.</summary>
    [Description("How much stronger a frame must be than another to survive it, in dB.")]
    [Range(0.0, 30.0)]
    public double CaptureDb { get; init; } = 6;

    /// <summary>Share of preambles that activity detection overlooks.</summary>
    [Description("Share of preambles that activity detection overlooks.")]
    [Range(0.0, 1.0)]
    public double ActivityMiss { get; init; } = 0.2;
}
