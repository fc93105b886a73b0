using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>What a permit is worth with a modulation.</summary>
/// <param name="LongestFrameBytes">Longest frame that dwell and access rules allow, in bytes; 0 when none does.</param>
/// <param name="AirtimePerHour">Time on air allowed in an hour.</param>
/// <param name="FramesPerHour">Frames of <see cref="TypicalFrameBytes"/> bytes, or of the longest allowed, that fit that time.</param>
/// <param name="Warning">What an operator should hear before choosing this, or none.</param>
public sealed record ChannelCapacity(int LongestFrameBytes, TimeSpan AirtimePerHour, int FramesPerHour, string? Warning)
{
    /// <summary>A chat line's entry with signature and frame header.</summary>
    public const int TypicalFrameBytes = 130;

    // With repair symbols and everybody's entries relayed once, an hour of this many frames carries a handful of messages.
    private const int FewFramesPerHour = 60;

    /// <summary>Works out what a permit is worth.</summary>
    public static ChannelCapacity Of(ChannelPermit permit, LoraModulation modulation)
    {
        var longest = 255;
        while (longest > 0 && permit.MaxTransmission is { } limit && TimeOnAir.Of(modulation, longest) > limit)
        {
            longest--;
        }

        var hour = TimeSpan.FromHours(1);
        var airtime = permit.Rule.DutyCycle is { Percent: < 100 } duty ? hour * (duty.Limit / duty.Window) : hour;
        if (longest == 0)
        {
            return new ChannelCapacity(0, airtime, 0, "not even one byte fits the longest transmission allowed here");
        }

        var frame = TimeOnAir.Of(modulation, Math.Min(longest, TypicalFrameBytes));
        var frames = (int)(airtime / frame);
        var warning = frames < FewFramesPerHour
            ? FormattableString.Invariant($"{frames} frames an hour carry {Math.Max(1, frames / 6)} to {Math.Max(1, frames / 3)} messages an hour, relaying included: choose a faster profile if you can")
            : null;
        return new ChannelCapacity(longest, airtime, frames, warning);
    }
}
