namespace Iot.Device.Sx127x;

/// <summary>Channel, modulation and power. Every value is written to the chip and read back.</summary>
public sealed record Sx127xSettings
{
    /// <summary>Carrier frequency in Hz.</summary>
    public required long FrequencyHz { get; init; }

    /// <summary>Spreading factor, 6 to 12. 6 has no explicit header.</summary>
    public int SpreadingFactor { get; init; } = 7;

    /// <summary>Bandwidth.</summary>
    public Bandwidth Bandwidth { get; init; } = Bandwidth.Hz125000;

    /// <summary>Denominator of the coding rate 4/x, 5 to 8.</summary>
    public int CodingRateDenominator { get; init; } = 5;

    /// <summary>Preamble length in symbols, 6 to 65535; the air adds 4.25.</summary>
    public int PreambleSymbols { get; init; } = 8;

    /// <summary>Length of every packet when there is no header (1 to 255), or none for explicit headers.</summary>
    public int? ImplicitHeaderLength { get; init; }

    /// <summary>Whether packets carry a CRC, and packets without one are dropped.</summary>
    public bool Crc { get; init; } = true;

    /// <summary>Sync word: 0x12 for private networks, 0x34 for LoRaWAN.</summary>
    public byte SyncWord { get; init; } = 0x12;

    /// <summary>Whether I and Q are exchanged when sending.</summary>
    public bool InvertIqTransmit { get; init; }

    /// <summary>Whether I and Q are exchanged when receiving.</summary>
    public bool InvertIqReceive { get; init; }

    /// <summary>Low-data-rate optimisation.</summary>
    public LowDataRateOptimize LowDataRateOptimize { get; init; }

    /// <summary>Power at the pin, in dBm.</summary>
    public int PowerDbm { get; init; } = 14;

    /// <summary>The pin the antenna is wired to.</summary>
    public PowerOutput PowerOutput { get; init; }

    /// <summary>Limit of the supply current in mA, 45 to 240; none for what the power needs (100, or 140 above 17 dBm).</summary>
    public int? OverCurrentMilliamperes { get; init; }

    /// <summary>Whether the clock is a TCXO instead of a crystal.</summary>
    public bool Tcxo { get; init; }

    /// <summary>Duration of a symbol.</summary>
    public TimeSpan SymbolTime => Bandwidth.SymbolTime(SpreadingFactor);

    /// <summary>Whether low-data-rate optimisation is in use: as told, else by the exact test 2^SF / bandwidth &gt; 16 ms.</summary>
    public bool UsesLowDataRateOptimize => LowDataRateOptimize switch
    {
        LowDataRateOptimize.On => true,
        LowDataRateOptimize.Off => false,
        _ => SymbolTime > TimeSpan.FromMilliseconds(16),
    };

    /// <summary>Whether the power needs the +20 dBm setting, which has a duty limit of 1 %.</summary>
    public bool IsHighPower => PowerOutput == PowerOutput.PaBoost && PowerDbm > 17;

    /// <summary>Time on air of a packet (datasheet 4.1.1.7).</summary>
    public TimeSpan TimeOnAir(int payloadLength)
    {
        var implicitHeader = ImplicitHeaderLength is not null;
        var bits = 8 * payloadLength - 4 * SpreadingFactor + 28 + (Crc ? 16 : 0) - (implicitHeader ? 20 : 0);
        var perBlock = 4 * (SpreadingFactor - (UsesLowDataRateOptimize ? 2 : 0));
        var symbols = 8 + Math.Max(0, (bits + perBlock - 1) / perBlock) * CodingRateDenominator;
        return SymbolTime * (PreambleSymbols + symbols) + SymbolTime * 17 / 4;
    }

    /// <summary>What is wrong with the settings for a family of chips; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate(ChipFamily family)
    {
        List<string> wrong = [];
        if (FrequencyHz is < 137_000_000 or > 1_020_000_000)
            wrong.Add($"Frequency {FrequencyHz} Hz is outside 137 to 1020 MHz.");
        else if (family == ChipFamily.Sx1272 && FrequencyHz < 860_000_000)
            wrong.Add($"Frequency {FrequencyHz} Hz is below the SX1272's 860 MHz.");
        if (SpreadingFactor is < 6 or > 12)
            wrong.Add($"Spreading factor {SpreadingFactor} is not 6 to 12.");
        if (SpreadingFactor == 6 && ImplicitHeaderLength is null)
            wrong.Add("Spreading factor 6 has no explicit header: state ImplicitHeaderLength.");
        if (!Enum.IsDefined(Bandwidth))
            wrong.Add($"Bandwidth {(int)Bandwidth} does not exist.");
        else if (family == ChipFamily.Sx1272 && Bandwidth < Bandwidth.Hz125000)
            wrong.Add($"The SX1272 has no bandwidth below 125 kHz; {Bandwidth.ToHertz()} Hz was asked for.");
        else if (Bandwidth >= Bandwidth.Hz250000 && FrequencyHz < 175_000_000)
            wrong.Add("Bandwidths of 250 and 500 kHz are not supported in the 169 MHz band (datasheet table 32).");
        if (CodingRateDenominator is < 5 or > 8)
            wrong.Add($"Coding rate 4/{CodingRateDenominator} is not 4/5 to 4/8.");
        if (PreambleSymbols is < 6 or > 65535)
            wrong.Add($"A preamble of {PreambleSymbols} symbols is not 6 to 65535.");
        if (ImplicitHeaderLength is < 1 or > 255)
            wrong.Add($"An implicit length of {ImplicitHeaderLength} bytes is not 1 to 255.");
        if (OverCurrentMilliamperes is < 45 or > 240)
            wrong.Add($"An over-current limit of {OverCurrentMilliamperes} mA is not 45 to 240.");
        var (lowest, highest) = PowerRange(family, PowerOutput);
        if (PowerDbm < lowest || PowerDbm > highest)
            wrong.Add($"{PowerDbm} dBm is not within {lowest} to {highest} dBm of {(PowerOutput == PowerOutput.PaBoost ? "PA_BOOST" : "RFO")}.");
        return wrong;
    }

    /// <summary>Lowest and highest power of an output, in dBm (datasheet 5.4.2, 5.4.3).</summary>
    public static (int Lowest, int Highest) PowerRange(ChipFamily family, PowerOutput output) =>
        output == PowerOutput.PaBoost ? (2, 20) : family == ChipFamily.Sx1272 ? (-1, 14) : (-4, 15);
}
