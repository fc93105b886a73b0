namespace Iot.Device.Sx127x;

/// <summary>
/// What the registers shall hold for a set of settings. Built once, written in bursts, read back once; sending and receiving change only
/// what differs between the two.
/// </summary>
internal sealed class RegisterImage
{
    private const byte LnaHighestGainBoosted = 0x23;
    private const byte Ramp40Microseconds = 0x09;
    private const byte DetectOptimizeReserved = 0x40;
    private const byte AutomaticIf = 0x80;
    private const byte InvertIqNormal = 0x27;
    private const long LowFrequencyEdgeHz = 525_000_000;

    private readonly SortedDictionary<byte, byte> _values = [];

    public RegisterImage(ChipFamily family, Sx127xSettings settings)
    {
        Settings = settings;
        TransmitFrequency = FrequencyWord(settings.FrequencyHz);
        ReceiveFrequency = family == ChipFamily.Sx1276
            ? FrequencyWord(settings.FrequencyHz + settings.Bandwidth.ReceiveOffsetHz())
            : TransmitFrequency;
        // Bit 6 exchanges I and Q of the receiver; bit 0 is the transmitter's, and there 0 means exchanged.
        InvertIq = (byte)((InvertIqNormal & ~0x41) | (settings.InvertIqReceive ? 0x40 : 0) | (settings.InvertIqTransmit ? 0 : 0x01));
        SetFrequency();
        SetPower(family);
        Set(Register.PaRamp, (byte)(Ramp40Microseconds | (family == ChipFamily.Sx1272 ? 0x10 : 0)));
        Set(Register.Lna, LnaHighestGainBoosted);
        // One direction at a time: both use the whole FIFO from 0, so that 255 bytes fit.
        Set(Register.FifoTxBaseAddr, 0);
        Set(Register.FifoRxBaseAddr, 0);
        Set(Register.IrqFlagsMask, 0);
        SetModem(family);
        Set(Register.PreambleMsb, (byte)(settings.PreambleSymbols >> 8));
        Set(Register.PreambleLsb, (byte)settings.PreambleSymbols);
        Set(Register.PayloadLength, (byte)(settings.ImplicitHeaderLength ?? 1));
        Set(Register.MaxPayloadLength, 0xFF);
        Set(Register.HopPeriod, 0);
        Set(Register.InvertIq, InvertIq);
        Set(Register.InvertIq2, InvertIq2(settings.InvertIqReceive));
        Set(Register.DetectionThreshold, (byte)(settings.SpreadingFactor == 6 ? 0x0C : 0x0A));
        Set(Register.SyncWord, settings.SyncWord);
        SetErrata(family);
        Set(family == ChipFamily.Sx1272 ? Register.Tcxo1272 : Register.Tcxo, (byte)(0x09 | (settings.Tcxo ? 0x10 : 0)));
    }

    public Sx127xSettings Settings { get; }

    public int TransmitFrequency { get; }

    public int ReceiveFrequency { get; }

    public byte InvertIq { get; }

    /// <summary>Registers and their values in the order of addresses.</summary>
    public IReadOnlyDictionary<byte, byte> Values => _values;

    public byte this[Register register] => _values[(byte)register];

    public static byte InvertIq2(bool inverted) => (byte)(inverted ? 0x19 : 0x1D);

    /// <summary>The nearest of the synthesiser's steps of 32 MHz / 2^19.</summary>
    public static int FrequencyWord(long frequencyHz) => (int)(((frequencyHz << 19) + 16_000_000) / 32_000_000);

    private void Set(Register register, byte value) => _values[(byte)register] = value;

    private void SetFrequency()
    {
        Set(Register.FrfMsb, (byte)(ReceiveFrequency >> 16));
        Set(Register.FrfMid, (byte)(ReceiveFrequency >> 8));
        Set(Register.FrfLsb, (byte)ReceiveFrequency);
    }

    private void SetPower(ChipFamily family)
    {
        var power = Settings.PowerDbm;
        var strong = Settings.IsHighPower;
        var config = Settings.PowerOutput switch
        {
            // Above 17 dBm the high-power switch adds 3 dB (datasheet 5.4.3).
            PowerOutput.PaBoost => 0x80 | (strong ? power - 5 : power - 2),
            _ when family == ChipFamily.Sx1272 => power + 1,
            // Pmax is 15 dBm with MaxPower 7 and 10.8 with 0: the latter reaches lower.
            _ => power >= 0 ? 0x70 | power : power + 4,
        };
        Set(Register.PaConfig, (byte)config);
        Set(family == ChipFamily.Sx1272 ? Register.PaDac1272 : Register.PaDac, (byte)(strong ? 0x87 : 0x84));
        var milliamperes = Settings.OverCurrentMilliamperes ?? (strong ? 140 : 100);
        // Two ranges (datasheet 5.4.4): 45 mA in steps of 5, from 130 mA in steps of 10.
        var trim = milliamperes <= 120 ? (milliamperes - 45) / 5 : Math.Max(16, (milliamperes + 30) / 10);
        Set(Register.Ocp, (byte)(0x20 | trim));
    }

    private void SetModem(ChipFamily family)
    {
        var codingRate = Settings.CodingRateDenominator - 4;
        var implicitHeader = Settings.ImplicitHeaderLength is not null;
        var optimise = Settings.UsesLowDataRateOptimize;
        if (family == ChipFamily.Sx1272)
        {
            var bandwidth = Settings.Bandwidth - Bandwidth.Hz125000;
            Set(Register.ModemConfig1, (byte)((bandwidth << 6) | (codingRate << 3) | (implicitHeader ? 4 : 0) | (Settings.Crc ? 2 : 0) | (optimise ? 1 : 0)));
            Set(Register.ModemConfig2, (byte)((Settings.SpreadingFactor << 4) | 0x04));
        }
        else
        {
            Set(Register.ModemConfig1, (byte)(((int)Settings.Bandwidth << 4) | (codingRate << 1) | (implicitHeader ? 1 : 0)));
            Set(Register.ModemConfig2, (byte)((Settings.SpreadingFactor << 4) | (Settings.Crc ? 4 : 0)));
            Set(Register.ModemConfig3, (byte)((optimise ? 8 : 0) | 0x04));
        }

        Set(Register.SymbTimeoutLsb, 0x64);
    }

    private void SetErrata(ChipFamily family)
    {
        var detect = DetectOptimizeReserved | (Settings.SpreadingFactor == 6 ? 5 : 3);
        if (family == ChipFamily.Sx1272)
        {
            Set(Register.DetectOptimize, (byte)detect);
            return;
        }

        var wide = Settings.Bandwidth == Bandwidth.Hz500000;
        // Errata note 2.1, sensitivity at 500 kHz; 3A sets itself when 36 is back at 3.
        var high = Settings.FrequencyHz >= 862_000_000;
        var low = Settings.FrequencyHz is >= 410_000_000 and <= LowFrequencyEdgeHz;
        Set(Register.HighBwOptimize1, (byte)(wide && (high || low) ? 0x02 : 0x03));
        if (wide && (high || low))
            Set(Register.HighBwOptimize2, (byte)(high ? 0x64 : 0x7F));
        // Errata note 2.3, reception of a LoRa signal on the wrong side: fixed intermediate frequency below 500 kHz.
        Set(Register.DetectOptimize, (byte)(detect | (wide ? AutomaticIf : 0)));
        if (wide)
            return;
        Set(Register.IfFreq1, Settings.Bandwidth switch
        {
            Bandwidth.Hz7812 => 0x48,
            < Bandwidth.Hz62500 => 0x44,
            _ => 0x40,
        });
        Set(Register.IfFreq2, 0x00);
    }
}
