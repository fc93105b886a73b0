using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

/// <summary>How a neighbour is heard.</summary>
internal sealed record NeighbourReport
{
    [Description("Id of the neighbour's key, 16 hexadecimal digits.")]
    public required string Neighbour { get; init; }

    [Description("Share of its frames that does not arrive, 0 to 1: the likeliest value.")]
    public required double Loss { get; init; }

    [Description("A loss that is exceeded with a probability of about 10 % only.")]
    public required double LossBound { get; init; }

    [Description("Signal strength in dBm, averaged.")]
    public required double RssiDbm { get; init; }

    [Description("Signal-to-noise ratio in dB, averaged.")]
    public required double SnrDb { get; init; }

    [Description("Its carrier minus ours in Hz, averaged.")]
    public required double FrequencyErrorHz { get; init; }

    [Description("Frames heard from it.")]
    public required long FramesHeard { get; init; }

    [Description("Seconds since it was heard last.")]
    public required double HeardSecondsAgo { get; init; }
}
