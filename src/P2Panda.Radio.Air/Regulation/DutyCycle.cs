namespace P2Panda.Radio.Air.Regulation;

/// <summary>Share of time that a station may transmit in a sub-band.</summary>
/// <param name="Percent">More than 0, at most 100.</param>
/// <param name="WindowSeconds">The window it is counted over; every window of this length must keep to it.</param>
public sealed record DutyCycle(double Percent, int WindowSeconds = 3600)
{
    /// <summary>Window.</summary>
    public TimeSpan Window => TimeSpan.FromSeconds(WindowSeconds);

    /// <summary>Time on air allowed in any window.</summary>
    public TimeSpan Limit => TimeSpan.FromTicks((long)(Window.Ticks * Percent / 100));
}
