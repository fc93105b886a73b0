namespace P2Panda.Radio.Air.Modulation;

/// <summary>How bits become a LoRa frame. Two radios understand each other only when all of it agrees.</summary>
public sealed record LoraModulation
{
    /// <summary>Spreading factor, 6 to 12: a symbol carries this many bits and lasts 2^SF / bandwidth.</summary>
    public required int SpreadingFactor { get; init; }

    /// <summary>Bandwidth in Hz as the chip divides it: 7812, 10416, 15625, 20833, 31250, 41666, 62500, 125000, 250000 or 500000.</summary>
    public required int BandwidthHz { get; init; }

    /// <summary>Denominator of the coding rate 4/x, 5 to 8.</summary>
    public int CodingRateDenominator { get; init; } = 5;

    /// <summary>Programmed preamble length in symbols (the air adds 4.25), 6 to 65535.</summary>
    public int PreambleSymbols { get; init; } = 8;

    /// <summary>Whether frames carry length, coding rate and CRC presence in a header. Spreading factor 6 has none.</summary>
    public bool ExplicitHeader { get; init; } = true;

    /// <summary>Whether frames carry a 16-bit payload CRC.</summary>
    public bool Crc { get; init; } = true;

    /// <summary>Low-data-rate optimisation; none means by symbol time (on above 16 ms).</summary>
    public bool? LowDataRateOptimize { get; init; }

    /// <summary>Whether I and Q are exchanged.</summary>
    public bool InvertIq { get; init; }

    /// <summary>Sync word byte: 0x57 for these networks; 0x34 is LoRaWAN's, 0x12 private default, 0x2B Meshtastic's.</summary>
    public byte SyncWord { get; init; } = 0x57;
}
