namespace P2Panda.Radio.Air.Modulation;

/// <summary>
/// How long a LoRa frame occupies the channel: Semtech's formula (SX1276 datasheet, section 4.1.1.7) in integer arithmetic, so that two
/// gateways never disagree about a microsecond.
/// </summary>
public static class TimeOnAir
{
    /// <summary>Symbol time above which low-data-rate optimisation is on by default (datasheet, section 4.1.1.6).</summary>
    public const long LowDataRateSymbolMicroseconds = 16_000;

    /// <summary>Length of one modulation symbol, in microseconds (exact: every bandwidth divides 500 kHz).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not one the chip has.</exception>
    public static long SymbolMicroseconds(LoraModulation modulation)
    {
        ArgumentNullException.ThrowIfNull(modulation);
        ArgumentOutOfRangeException.ThrowIfLessThan(modulation.SpreadingFactor, 6, nameof(modulation));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(modulation.SpreadingFactor, 12, nameof(modulation));
        return (2L << modulation.SpreadingFactor) * BandwidthDivisor(modulation.BandwidthHz);
    }

    /// <summary>Whether low-data-rate optimisation is in force.</summary>
    public static bool IsLowDataRate(LoraModulation modulation)
    {
        ArgumentNullException.ThrowIfNull(modulation);
        return modulation.LowDataRateOptimize ?? SymbolMicroseconds(modulation) > LowDataRateSymbolMicroseconds;
    }

    /// <summary>Time on air of a frame of <paramref name="payloadBytes"/> bytes, in microseconds, exact.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not one the chip has.</exception>
    public static long Microseconds(LoraModulation modulation, int payloadBytes)
    {
        ArgumentNullException.ThrowIfNull(modulation);
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadBytes, 255);
        ArgumentOutOfRangeException.ThrowIfLessThan(modulation.CodingRateDenominator, 5, nameof(modulation));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(modulation.CodingRateDenominator, 8, nameof(modulation));

        var symbol = SymbolMicroseconds(modulation);
        var bits = (8 * payloadBytes) - (4 * modulation.SpreadingFactor) + 28
            + (modulation.Crc ? 16 : 0) - (modulation.ExplicitHeader ? 0 : 20);
        var bitsPerBlock = 4 * (modulation.SpreadingFactor - (IsLowDataRate(modulation) ? 2 : 0));
        var blocks = bits <= 0 ? 0 : (bits + bitsPerBlock - 1) / bitsPerBlock;
        var payloadSymbols = 8 + (blocks * modulation.CodingRateDenominator);

        // The preamble is 4.25 symbols longer than programmed; counting in quarters keeps it whole.
        var quarters = (4L * modulation.PreambleSymbols) + 17 + (4L * payloadSymbols);
        return quarters * symbol / 4;
    }

    /// <summary>Time on air of a frame of <paramref name="payloadBytes"/> bytes, exact.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not one the chip has.</exception>
    public static TimeSpan Of(LoraModulation modulation, int payloadBytes) =>
        TimeSpan.FromMicroseconds(Microseconds(modulation, payloadBytes));

    private static int BandwidthDivisor(int bandwidthHz) => bandwidthHz switch
    {
        7_812 => 64,
        10_416 => 48,
        15_625 => 32,
        20_833 => 24,
        31_250 => 16,
        41_666 => 12,
        62_500 => 8,
        125_000 => 4,
        250_000 => 2,
        500_000 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(bandwidthHz), bandwidthHz, "The chip has no such bandwidth."),
    };
}
