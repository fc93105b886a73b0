using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Air.Access;

/// <summary>Times that channel access scales with.</summary>
public static class ChannelTiming
{
    /// <summary>Bus transfers and mode change between two things a radio does, on a slow host.</summary>
    public static readonly TimeSpan Turnaround = TimeSpan.FromMilliseconds(2);

    // Processing after the listening part of a detection takes about SF·2^SF ticks of this clock (SX1276 datasheet, section 4.1.4).
    private const double ProcessingHz = 1_750_000;

    /// <summary>Length of a channel activity detection: (2^SF + 32) / bandwidth of listening and the processing after it.</summary>
    public static TimeSpan ActivityDetection(LoraModulation modulation)
    {
        var chips = 1 << modulation.SpreadingFactor;
        return TimeSpan.FromSeconds(((chips + 32.0) / modulation.BandwidthHz) + (modulation.SpreadingFactor * chips / ProcessingHz));
    }

    /// <summary>
    /// One slot of back-off: two stations that start their detections a slot apart do not collide. It is a detection, the turn from
    /// listening to sending, and the two symbols of preamble that the other's detection must see.
    /// </summary>
    public static TimeSpan Slot(LoraModulation modulation) =>
        ActivityDetection(modulation) + Turnaround + TimeSpan.FromMicroseconds(2 * TimeOnAir.SymbolMicroseconds(modulation));

    /// <summary>Time on air of the longest frame.</summary>
    public static TimeSpan LongestFrame(LoraModulation modulation) => TimeOnAir.Of(modulation, 255);
}
