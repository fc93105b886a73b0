namespace P2Panda.Radio.Air.Regulation;

/// <summary>A stretch of spectrum that must not be used at all.</summary>
/// <param name="LowHz">Lower edge in Hz.</param>
/// <param name="HighHz">Upper edge in Hz.</param>
/// <param name="Reason">What it is kept for.</param>
/// <param name="Sources">Keys of the plan's sources.</param>
public sealed record ForbiddenBand(long LowHz, long HighHz, string Reason, IReadOnlyList<string> Sources)
{
    /// <summary>Whether an emission touches it.</summary>
    public bool Touches(long frequencyHz, int bandwidthHz) =>
        (2 * frequencyHz) + bandwidthHz > 2 * LowHz && (2 * frequencyHz) - bandwidthHz < 2 * HighHz;
}
