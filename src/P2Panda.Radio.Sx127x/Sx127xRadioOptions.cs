using Iot.Device.Sx127x;

namespace P2Panda.Radio.Sx127x;

/// <summary>What a radio must know of its board, and how it watches over the chip.</summary>
public sealed record Sx127xRadioOptions
{
    /// <summary>The pin the board wires the antenna to.</summary>
    public PowerOutput PowerOutput { get; init; } = PowerOutput.PaBoost;

    /// <summary>Whether the board clocks the chip with a TCXO.</summary>
    public bool Tcxo { get; init; }

    /// <summary>Limit of the supply current in mA, or none for what the power needs.</summary>
    public int? OverCurrentMilliamperes { get; init; }

    /// <summary>Length in bytes of every frame when the modulation has no header.</summary>
    public int? ImplicitHeaderLength { get; init; }

    /// <summary>How often the chip is compared with what it was told; none for never.</summary>
    public TimeSpan? HealthCheckInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times a chip that fails is brought up again before the radio gives up.</summary>
    public int RecoveryAttempts { get; init; } = 5;

    /// <summary>Pause between two attempts.</summary>
    public TimeSpan BetweenRecoveryAttempts { get; init; } = TimeSpan.FromSeconds(1);
}
