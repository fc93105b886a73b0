using Iot.Device.Sx127x;

namespace P2Panda.Radio.Sx127x.Boards;

/// <summary>How an SX127x is wired to its host. Numbers of lines are BCM numbers, -1 where a line is not wired.</summary>
public sealed record Board
{
    /// <summary>Name on the command line.</summary>
    public required string Id { get; init; }

    /// <summary>Name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The SPI bus: /dev/spidevBUS.LINE.</summary>
    public required int SpiBus { get; init; }

    /// <summary>The chip select's number on the bus.</summary>
    public required int SpiLine { get; init; }

    /// <summary>Line that NSS hangs on.</summary>
    public int ChipSelect { get; init; } = -1;

    /// <summary>Whether the driver itself pulls <see cref="ChipSelect"/> around every transfer, because the kernel does not.</summary>
    public bool SoftwareChipSelect { get; init; }

    /// <summary>Reset line.</summary>
    public int Reset { get; init; } = -1;

    /// <summary>DIO0. Without it the chip is polled.</summary>
    public int Dio0 { get; init; } = -1;

    /// <summary>DIO1.</summary>
    public int Dio1 { get; init; } = -1;

    /// <summary>The pin of the chip that the antenna is wired to.</summary>
    public PowerOutput PowerOutput { get; init; } = PowerOutput.PaBoost;

    /// <summary>Most the board can send, in dBm.</summary>
    public int MaxDbm { get; init; } = 20;

    /// <summary>Whether the chip's clock is a TCXO.</summary>
    public bool Tcxo { get; init; }

    /// <summary>Whether an SSD1306 of 128 × 32 pixels is on the header's I²C bus.</summary>
    public bool HasStatusDisplay { get; init; }

    /// <summary>Bands in Hz that the antenna circuit may be made for; empty when nothing is known.</summary>
    public IReadOnlyList<(long LowHz, long HighHz)> Bands { get; init; } = [];

    /// <summary>Label of the GPIO chip the lines are on; none for the header of a Raspberry Pi.</summary>
    public string? GpioLabel { get; init; }

    /// <summary>Path of the SPI device.</summary>
    public string SpiPath => $"/dev/spidev{SpiBus}.{SpiLine}";

    /// <summary>Whether any line of a GPIO chip is used.</summary>
    public bool UsesGpio => Reset >= 0 || Dio0 >= 0 || Dio1 >= 0 || SoftwareChipSelect;

    /// <summary>Why the board cannot send on a frequency with a power; empty when it can.</summary>
    public IReadOnlyList<string> Problems(long frequencyHz, int powerDbm)
    {
        List<string> problems = [];
        if (Bands.Count > 0 && !Bands.Any(band => frequencyHz >= band.LowHz && frequencyHz <= band.HighHz))
        {
            problems.Add($"{Name} is made for {string.Join(" or ", Bands.Select(band => $"{band.LowHz / 1_000_000} to {band.HighHz / 1_000_000} MHz"))}, "
                + $"not for {frequencyHz / 1e6:0.####} MHz");
        }

        if (powerDbm > MaxDbm)
            problems.Add($"{Name} sends at most {MaxDbm} dBm, not {powerDbm}");
        return problems;
    }
}
