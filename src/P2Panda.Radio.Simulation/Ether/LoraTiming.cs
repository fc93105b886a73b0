using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Simulation.Ether;

/// <summary>
/// How long the parts of a LoRa frame last (SX1276 datasheet 4.1.1.6 and 4.1.1.7), for the ether's own use: the record of what was on the
/// air must not depend on the sender's arithmetic. Exact: every symbol is a whole number of microseconds.
/// </summary>
public static class LoraTiming
{
    private const int HeaderSymbols = 8;

    /// <summary>Divisor of 500 kHz that gives a bandwidth.</summary>
    public static int BandwidthDivisor(int bandwidthHz) => FindDivisor(bandwidthHz)
        ?? throw new ArgumentOutOfRangeException(nameof(bandwidthHz), bandwidthHz, "Not a LoRa bandwidth.");

    /// <summary>Whether a number of Hz is a LoRa bandwidth.</summary>
    public static bool IsBandwidth(int bandwidthHz) => FindDivisor(bandwidthHz) is not null;

    /// <summary>Duration of one symbol: 2^SF / bandwidth.</summary>
    public static TimeSpan Symbol(LoraModulation modulation) => Symbol(modulation.SpreadingFactor, modulation.BandwidthHz);

    /// <summary>Duration of one symbol: 2^SF / bandwidth.</summary>
    public static TimeSpan Symbol(int spreadingFactor, int bandwidthHz) =>
        TimeSpan.FromMicroseconds((1L << spreadingFactor) * BandwidthDivisor(bandwidthHz) * 2);

    /// <summary>Whether a modulation uses low-data-rate optimisation: as it says, else when a symbol lasts longer than 16 ms.</summary>
    public static bool LowDataRateOptimize(LoraModulation modulation) =>
        modulation.LowDataRateOptimize ?? (Symbol(modulation) > TimeSpan.FromMilliseconds(16));

    /// <summary>Duration of the preamble with its sync symbols: programmed length plus 4.25 symbols.</summary>
    public static TimeSpan Preamble(LoraModulation modulation) =>
        Symbol(modulation) * modulation.PreambleSymbols + Symbol(modulation) * 17 / 4;

    /// <summary>Duration from the first symbol to the end of the explicit header.</summary>
    public static TimeSpan ThroughHeader(LoraModulation modulation) => Preamble(modulation) + Symbol(modulation) * HeaderSymbols;

    /// <summary>Symbols after the preamble.</summary>
    public static int PayloadSymbols(LoraModulation modulation, int payloadLength)
    {
        var optimise = LowDataRateOptimize(modulation) ? 1 : 0;
        var bits = 8 * payloadLength - 4 * modulation.SpreadingFactor + 28 + (modulation.Crc ? 16 : 0) - (modulation.ExplicitHeader ? 0 : 20);
        var bitsPerBlock = 4 * (modulation.SpreadingFactor - 2 * optimise);
        var blocks = bits <= 0 ? 0 : (bits + bitsPerBlock - 1) / bitsPerBlock;
        return HeaderSymbols + blocks * modulation.CodingRateDenominator;
    }

    /// <summary>Duration of a whole frame.</summary>
    public static TimeSpan Frame(LoraModulation modulation, int payloadLength) =>
        Preamble(modulation) + Symbol(modulation) * PayloadSymbols(modulation, payloadLength);

    /// <summary>Duration of channel activity detection: the listening part, then the chip's arithmetic.</summary>
    public static TimeSpan ActivityDetection(int spreadingFactor, int bandwidthHz) =>
        ActivityDetectionListening(spreadingFactor, bandwidthHz)
        + TimeSpan.FromMicroseconds((long)(spreadingFactor * (double)(1 << spreadingFactor) / 1.75));

    /// <summary>The part of channel activity detection in which the receiver is on: (2^SF + 32) / bandwidth.</summary>
    public static TimeSpan ActivityDetectionListening(int spreadingFactor, int bandwidthHz) =>
        TimeSpan.FromMicroseconds(((1L << spreadingFactor) + 32) * BandwidthDivisor(bandwidthHz) * 2);

    private static int? FindDivisor(int bandwidthHz) => bandwidthHz switch
    {
        >= 7_800 and <= 7_813 => 64,
        >= 10_400 and <= 10_417 => 48,
        >= 15_600 and <= 15_625 => 32,
        >= 20_800 and <= 20_834 => 24,
        >= 31_200 and <= 31_250 => 16,
        >= 41_600 and <= 41_700 => 12,
        62_500 => 8,
        125_000 => 4,
        250_000 => 2,
        500_000 => 1,
        _ => null,
    };
}
