using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>A wish to transmit one frame.</summary>
public sealed record AirtimeRequest
{
    /// <summary>Channel, bandwidth and power that will be used.</summary>
    public required RadioSettings Settings { get; init; }

    /// <summary>Time on air of the frame, preamble included.</summary>
    public required TimeSpan Airtime { get; init; }

    /// <summary>What it is for.</summary>
    public TrafficClass Class { get; init; } = TrafficClass.Normal;

    /// <summary>Whose entries it carries, or none when nobody's or several authors'.</summary>
    public PublicKey? Author { get; init; }
}
