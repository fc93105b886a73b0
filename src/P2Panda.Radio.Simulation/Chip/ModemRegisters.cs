using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Simulation.Chip;

/// <summary>Reads the modem registers of either silicon the way the modem does.</summary>
internal readonly ref struct ModemRegisters(ChipVariant variant, ReadOnlySpan<byte> registers)
{
    private const double StepHz = 32_000_000.0 / (1 << 19);

    private static readonly int[] Sx1276Bandwidths = [7_812, 10_416, 15_625, 20_833, 31_250, 41_666, 62_500, 125_000, 250_000, 500_000];
    private static readonly int[] Sx1276ShiftsHz = [7_810, 10_420, 15_620, 20_830, 31_250, 41_670];
    private static readonly int[] Sx1272Bandwidths = [125_000, 250_000, 500_000];

    private readonly ReadOnlySpan<byte> _registers = registers;

    private bool Is1272 => variant == ChipVariant.Sx1272;

    public int SpreadingFactor => _registers[0x1E] >> 4;

    public int BandwidthCode => Is1272 ? _registers[0x1D] >> 6 : _registers[0x1D] >> 4;

    public int? BandwidthHz
    {
        get
        {
            var bandwidths = Is1272 ? Sx1272Bandwidths : Sx1276Bandwidths;
            return BandwidthCode < bandwidths.Length ? bandwidths[BandwidthCode] : null;
        }
    }

    public int CodingRate => (_registers[0x1D] >> (Is1272 ? 3 : 1)) & 7;

    public bool ImplicitHeader => (_registers[0x1D] & (Is1272 ? 4 : 1)) != 0;

    public bool Crc => Is1272 ? (_registers[0x1D] & 2) != 0 : (_registers[0x1E] & 4) != 0;

    public bool LowDataRateOptimize => Is1272 ? (_registers[0x1D] & 1) != 0 : (_registers[0x26] & 8) != 0;

    public bool TransmitContinuous => (_registers[0x1E] & 8) != 0;

    public int SymbolTimeout => ((_registers[0x1E] & 3) << 8) | _registers[0x1F];

    public int Preamble => (_registers[0x20] << 8) | _registers[0x21];

    public double ProgrammedHz => ((_registers[0x06] << 16) | (_registers[0x07] << 8) | _registers[0x08]) * StepHz;

    /// <summary>Automatic IF: set after reset, and what erratum 2.3 wants off below 500 kHz.</summary>
    public bool AutomaticIf => (_registers[0x31] & 0x80) != 0;

    /// <summary>
    /// What the receiver is centred on. With the fixed IF of erratum 2.3 the narrow bandwidths hear one bandwidth below the programmed
    /// frequency, which is why the note has them tuned up.
    /// </summary>
    public double ReceiverShiftHz =>
        !Is1272 && !AutomaticIf && BandwidthCode < Sx1276ShiftsHz.Length && _registers[0x2F] is 0x48 or 0x44 ? Sx1276ShiftsHz[BandwidthCode] : 0;

    /// <summary>Output power by the PA registers (datasheet 5.4.2, 5.4.3).</summary>
    public (bool Boost, double Dbm) Power
    {
        get
        {
            var config = _registers[0x09];
            var output = config & 15;
            if ((config & 0x80) != 0)
                return (true, output + ((_registers[Is1272 ? 0x5A : 0x4D] & 7) == 7 ? 5 : 2));
            return (false, Is1272 ? output - 1 : 10.8 + 0.6 * ((config >> 4) & 7) - 15 + output);
        }
    }

    /// <summary>Why the settings make no frame, or none.</summary>
    public string? Refusal =>
        SpreadingFactor is < 6 or > 12 ? $"spreading factor {SpreadingFactor}"
        : BandwidthHz is null ? $"bandwidth code {BandwidthCode}"
        : CodingRate is < 1 or > 4 ? $"coding rate code {CodingRate}"
        : null;

    public LoraModulation Modulation(bool invertIq) => new()
    {
        SpreadingFactor = SpreadingFactor,
        BandwidthHz = BandwidthHz!.Value,
        CodingRateDenominator = CodingRate + 4,
        PreambleSymbols = Preamble,
        ExplicitHeader = !ImplicitHeader,
        Crc = Crc,
        LowDataRateOptimize = LowDataRateOptimize,
        InvertIq = invertIq,
        SyncWord = _registers[0x39],
    };
}
