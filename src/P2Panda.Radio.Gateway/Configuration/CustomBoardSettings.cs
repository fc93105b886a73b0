using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Iot.Device.Sx127x;
using P2Panda.Radio.Sx127x.Boards;

namespace P2Panda.Radio.Gateway.Configuration;

internal sealed record CustomBoardSettings
{
    [Description("SPI bus: /dev/spidevBUS.LINE.")]
    [Range(0, 255)]
    public int SpiBus { get; init; }

    [Description("Chip select of the bus: /dev/spidevBUS.LINE.")]
    [Range(0, 255)]
    public int SpiLine { get; init; }

    [Description("Line (BCM number) that the driver pulls as chip select because the kernel does not; -1 when the kernel does.")]
    [Range(-1, 1023)]
    public int ChipSelect { get; init; } = -1;

    [Description("Line of reset; -1 when it is not wired.")]
    [Range(-1, 1023)]
    public int Reset { get; init; } = -1;

    [Description("Line of DIO0; -1 when it is not wired, and the chip is polled.")]
    [Range(-1, 1023)]
    public int Dio0 { get; init; } = -1;

    [Description("Line of DIO1; -1 when it is not wired.")]
    [Range(-1, 1023)]
    public int Dio1 { get; init; } = -1;

    [Description("The pin of the chip that the antenna is wired to: paBoost (nearly all modules) or rfo.")]
    public PowerOutput PowerOutput { get; init; } = PowerOutput.PaBoost;

    [Description("Most the board can send, in dBm.")]
    [Range(-4, 20)]
    public int MaxDbm { get; init; } = 20;

    [Description("Whether the chip's clock is a TCXO.")]
    public bool Tcxo { get; init; }

    [Description("Label of the GPIO chip the lines are on; none for the header of a Raspberry Pi.")]
    public string? GpioLabel { get; init; }

    public Board ToBoard() => new()
    {
        Id = "custom",
        Name = "The custom board",
        SpiBus = SpiBus,
        SpiLine = SpiLine,
        ChipSelect = ChipSelect,
        SoftwareChipSelect = ChipSelect >= 0,
        Reset = Reset,
        Dio0 = Dio0,
        Dio1 = Dio1,
        PowerOutput = PowerOutput,
        MaxDbm = MaxDbm,
        Tcxo = Tcxo,
        GpioLabel = GpioLabel,
    };
}
