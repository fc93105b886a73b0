namespace P2Panda.Radio.Air.Regulation;

/// <summary>A rule that allows its power only to stations that hop.</summary>
/// <param name="MinChannels">Fewest channels in the hopping sequence.</param>
/// <param name="FirstHz">Centre of the first channel in Hz.</param>
/// <param name="SpacingHz">Distance between channels in Hz.</param>
/// <param name="Channels">Channels in the sequence.</param>
public sealed record HoppingRule(int MinChannels, long FirstHz, int SpacingHz, int Channels)
{
    /// <summary>Centre of a channel in Hz.</summary>
    public long ChannelHz(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Channels);
        return FirstHz + ((long)index * SpacingHz);
    }

    /// <summary>Whether a frequency is a channel of the sequence.</summary>
    public bool Contains(long frequencyHz) =>
        frequencyHz >= FirstHz && (frequencyHz - FirstHz) % SpacingHz == 0 && (frequencyHz - FirstHz) / SpacingHz < Channels;
}
