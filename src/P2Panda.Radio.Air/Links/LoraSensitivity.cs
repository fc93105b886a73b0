namespace P2Panda.Radio.Air.Links;

/// <summary>What a LoRa demodulator needs to hear a frame.</summary>
public static class LoraSensitivity
{
    /// <summary>Signal-to-noise ratio in dB at which the demodulator begins to fail (SX1276 datasheet, table 13).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such spreading factor.</exception>
    public static double RequiredSnrDb(int spreadingFactor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(spreadingFactor, 6);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(spreadingFactor, 12);
        return -5 - (2.5 * (spreadingFactor - 6));
    }
}
