namespace P2Panda.Radio.Air.Regulation;

/// <summary>Listen before talk as a rule demands it. Channel activity detection is done everywhere and is not a rule.</summary>
public sealed record AccessRule
{
    /// <summary>Signal strength at the antenna above which the channel is taken, in dBm.</summary>
    public required double ThresholdDbm { get; init; }

    /// <summary>How long the channel must have been below the threshold, in µs.</summary>
    public required int SensingMicroseconds { get; init; }

    /// <summary>Silence required after a transmission, in ms.</summary>
    public int PauseMilliseconds { get; init; }

    /// <summary>Longest transmission after one sensing, in ms; 0 for no limit.</summary>
    public int MaxTransmissionMilliseconds { get; init; }

    /// <summary>How long the channel must have been clear.</summary>
    public TimeSpan Sensing => TimeSpan.FromMicroseconds(SensingMicroseconds);

    /// <summary>Silence required after a transmission.</summary>
    public TimeSpan Pause => TimeSpan.FromMilliseconds(PauseMilliseconds);
}
