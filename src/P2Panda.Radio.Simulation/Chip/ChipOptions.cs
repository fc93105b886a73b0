namespace P2Panda.Radio.Simulation.Chip;

/// <summary>What kind of chip a model is.</summary>
public sealed record ChipOptions
{
    /// <summary>Which silicon.</summary>
    public ChipVariant Variant { get; init; } = ChipVariant.Sx1276;

    /// <summary>What the version register reads; none means what the silicon says (0x12 or 0x22).</summary>
    public byte? Version { get; init; }

    /// <summary>Lines of the model's GPIO driver.</summary>
    public ChipPins Pins { get; init; } = new();

    /// <summary>Error of the crystal in parts per million.</summary>
    public double CrystalErrorPpm { get; init; }

    /// <summary>How long the chip answers with zeros after reset is released.</summary>
    public TimeSpan ReadyAfterReset { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a newly written mode takes to show in a read of the mode register.</summary>
    public TimeSpan ModeReadBackDelay { get; init; }

    /// <summary>Whether any write to the interrupt flags clears all of them, as one report says of two boards.</summary>
    public bool AnyFlagWriteClearsAll { get; init; }

    /// <summary>Temperature of the die in degrees Celsius.</summary>
    public double TemperatureCelsius { get; init; } = 25;

    /// <summary>Power lost on the RFO pin: modules that wire PA_BOOST alone radiate next to nothing from RFO.</summary>
    public double RfoLossDb { get; init; }

    /// <summary>Highest SNR the demodulator reports, in dB.</summary>
    public double HighestReportedSnrDb { get; init; } = 12;
}
