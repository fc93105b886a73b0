namespace P2Panda.Radio.Simulation.Law;

/// <summary>One emission of one station, as the ether saw it.</summary>
/// <param name="Start">When it began, in true time.</param>
/// <param name="Duration">How long it lasted.</param>
/// <param name="FrequencyHz">Carrier in Hz.</param>
/// <param name="BandwidthHz">Occupied bandwidth in Hz.</param>
/// <param name="PowerDbm">Power out of the module in dBm.</param>
public readonly record struct EmissionRecord(TimeSpan Start, TimeSpan Duration, long FrequencyHz, int BandwidthHz, int PowerDbm)
{
    /// <summary>When it ended.</summary>
    public TimeSpan End => Start + Duration;
}
