namespace P2Panda.Radio.Simulation.Ether;

/// <summary>Physics and bookkeeping of a <see cref="SimulatedEther"/>.</summary>
public sealed record EtherOptions
{
    /// <summary>Seed of everything that is left to chance.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How much stronger a frame must be than another of the same spreading factor to survive it, in dB.</summary>
    public double CaptureThresholdDb { get; init; } = 6;

    /// <summary>How much stronger a frame of another spreading factor must be to destroy one, in dB.</summary>
    public double SpreadingFactorRejectionDb { get; init; } = 16;

    /// <summary>Noise figure of the receivers, in dB; the floor is -174 dBm/Hz + this + 10 log10(bandwidth).</summary>
    public double NoiseFigureDb { get; init; } = 6;

    /// <summary>Chance that activity detection overlooks a preamble.</summary>
    public double ActivityMissProbability { get; init; }

    /// <summary>Chance that activity detection reports an idle channel as busy.</summary>
    public double ActivityFalseAlarmProbability { get; init; }

    /// <summary>Chance that activity detection notices a frame whose preamble is over. Semtech says not to count on it.</summary>
    public double ActivityPayloadProbability { get; init; }

    /// <summary>Transmissions kept in the record; what comes later is counted in <see cref="SimulatedEther.TransmissionsNotRecorded"/>.</summary>
    public int RecordCapacity { get; init; } = 2_000_000;

    /// <summary>Whether the record keeps the bytes of frames.</summary>
    public bool RecordBytes { get; init; } = true;
}
