namespace P2Panda.Radio.Air.Links;

/// <summary>How a neighbour is heard.</summary>
/// <param name="Neighbour">The neighbour: the value of its key id.</param>
/// <param name="Loss">Share of its frames that does not arrive, 0 to 1: the likeliest value.</param>
/// <param name="LossBound">A loss that is exceeded with a probability of about 10 % only; wide while little is known.</param>
/// <param name="RssiDbm">Signal strength in dBm, averaged.</param>
/// <param name="SnrDb">Signal-to-noise ratio in dB, averaged.</param>
/// <param name="FrequencyErrorHz">Its carrier minus ours in Hz, averaged; a quarter of the bandwidth is where reception suffers.</param>
/// <param name="FramesHeard">Frames heard from it.</param>
/// <param name="LastHeard">When it was heard last, on the monotonic clock.</param>
public sealed record LinkEstimate(
    ulong Neighbour,
    double Loss,
    double LossBound,
    double RssiDbm,
    double SnrDb,
    double FrequencyErrorHz,
    long FramesHeard,
    TimeSpan LastHeard);
