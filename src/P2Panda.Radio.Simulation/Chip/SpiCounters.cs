namespace P2Panda.Radio.Simulation.Chip;

/// <summary>Traffic on a chip's SPI bus.</summary>
/// <param name="Transfers">Chip selects.</param>
/// <param name="Bytes">Bytes clocked in one direction, addresses included.</param>
public readonly record struct SpiCounters(long Transfers, long Bytes)
{
    /// <summary>Traffic since an earlier reading.</summary>
    public static SpiCounters operator -(SpiCounters later, SpiCounters earlier) =>
        new(later.Transfers - earlier.Transfers, later.Bytes - earlier.Bytes);

    /// <summary>Traffic since an earlier reading.</summary>
    public SpiCounters Subtract(SpiCounters earlier) => this - earlier;
}
