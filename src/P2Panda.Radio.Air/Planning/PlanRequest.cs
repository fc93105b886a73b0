using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Air.Planning;

/// <summary>What a plan has to reach, and within what.</summary>
public sealed record PlanRequest
{
    /// <summary>How frames are modulated.</summary>
    public required LoraModulation Modulation { get; init; }

    /// <summary>Share of frames a receiver loses, 0 to below 1.</summary>
    public double Loss { get; init; } = 0.1;

    /// <summary>Wanted probability that a receiver has the burst.</summary>
    public double Probability { get; init; } = 0.98;

    /// <summary>Receivers that all lack the burst.</summary>
    public int Receivers { get; init; } = 1;

    /// <summary>
    /// Airtime it takes one of them to ask for what it missed. When given, number and length of symbols are chosen for the least airtime
    /// until all have the burst, asking and answering included, rather than for <see cref="Probability"/>.
    /// </summary>
    public TimeSpan? AskingAirtime { get; init; }

    /// <summary>Largest K. Larger ones gain little and make forged symbols harder to find.</summary>
    public int MaxSourceSymbols { get; init; } = 16;

    /// <summary>Longest frame, in bytes.</summary>
    public int MaxFrameLength { get; init; } = FrameFormat.MaxFrameLength;

    /// <summary>Longest time on air of one frame, where the law or fairness has one.</summary>
    public TimeSpan? MaxDwell { get; init; }

    /// <summary>Whether every frame carries a signature.</summary>
    public bool Strict { get; init; }

    /// <summary>Mean number of frames lost in a row; 1 for independent losses.</summary>
    public double MeanLossRun { get; init; } = 1;

    /// <summary>Frames of other bursts sent between two of this one, which break runs of losses up.</summary>
    public int Spacing { get; init; }

    /// <summary>
    /// Share of the frames heard under known tags that is forged, 0 to below 1. K is then only as large as receivers can still find the
    /// honest symbols.
    /// </summary>
    public double ForgedShare { get; init; }
}
