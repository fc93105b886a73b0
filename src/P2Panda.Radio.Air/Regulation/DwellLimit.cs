namespace P2Panda.Radio.Air.Regulation;

/// <summary>Longest time on air on one channel.</summary>
/// <param name="MaxMilliseconds">Time on air allowed on one channel in any window, in ms.</param>
/// <param name="WindowSeconds">The window in seconds; 0 where only single transmissions are limited.</param>
public sealed record DwellLimit(int MaxMilliseconds, int WindowSeconds = 0)
{
    /// <summary>Time on air allowed on a channel.</summary>
    public TimeSpan Limit => TimeSpan.FromMilliseconds(MaxMilliseconds);

    /// <summary>The window, or zero where only single transmissions are limited.</summary>
    public TimeSpan Window => TimeSpan.FromSeconds(WindowSeconds);
}
