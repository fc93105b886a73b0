namespace Iot.Device.Sx127x;

/// <summary>Numbers that belong to a <see cref="Bandwidth"/>.</summary>
public static class BandwidthExtensions
{
    private static readonly int[] Divisors = [64, 48, 32, 24, 16, 12, 8, 4, 2, 1];

    // Erratum 2.3 names these offsets.
    private static readonly int[] Offsets = [7_810, 10_420, 15_620, 20_830, 31_250, 41_670, 0, 0, 0, 0];

    /// <summary>The bandwidth in Hz, rounded down.</summary>
    public static int ToHertz(this Bandwidth bandwidth) => 500_000 / bandwidth.Divisor();

    /// <summary>Duration of a symbol: 2^SF / bandwidth.</summary>
    public static TimeSpan SymbolTime(this Bandwidth bandwidth, int spreadingFactor) =>
        TimeSpan.FromMicroseconds((1L << spreadingFactor) * bandwidth.Divisor() * 2);

    /// <summary>The bandwidth nearest to a number of Hz, within 1 %.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static Bandwidth FromHertz(int hertz)
    {
        foreach (var bandwidth in Enum.GetValues<Bandwidth>())
        {
            if (Math.Abs(hertz - bandwidth.ToHertz()) * 100 <= bandwidth.ToHertz())
                return bandwidth;
        }

        throw new ArgumentOutOfRangeException(nameof(hertz), hertz, $"LoRa bandwidths are {string.Join(", ", Enum.GetValues<Bandwidth>().Select(ToHertz))} Hz.");
    }

    /// <summary>How far erratum 2.3 has the receiver tuned up.</summary>
    internal static int ReceiveOffsetHz(this Bandwidth bandwidth) => Offsets[(int)bandwidth];

    private static int Divisor(this Bandwidth bandwidth) => Divisors[(int)bandwidth];
}
