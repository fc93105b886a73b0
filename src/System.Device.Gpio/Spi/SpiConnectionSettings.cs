using System.Device.Gpio;

namespace System.Device.Spi;

/// <summary>How a device hangs on an SPI bus.</summary>
public sealed class SpiConnectionSettings
{
    /// <summary>A device on a bus, selected by one of its chip-select lines (-1 for none).</summary>
    public SpiConnectionSettings(int busId, int chipSelectLine = -1)
    {
        BusId = busId;
        ChipSelectLine = chipSelectLine;
    }

    internal SpiConnectionSettings(SpiConnectionSettings other)
    {
        BusId = other.BusId;
        ChipSelectLine = other.ChipSelectLine;
        Mode = other.Mode;
        DataBitLength = other.DataBitLength;
        ClockFrequency = other.ClockFrequency;
        DataFlow = other.DataFlow;
        ChipSelectLineActiveState = other.ChipSelectLineActiveState;
    }

    /// <summary>Number of the bus.</summary>
    public int BusId { get; set; }

    /// <summary>Number of the chip-select line, or -1 when the bus shall drive none.</summary>
    public int ChipSelectLine { get; set; }

    /// <summary>Clock polarity and phase.</summary>
    public SpiMode Mode { get; set; } = SpiMode.Mode0;

    /// <summary>Bits in a word.</summary>
    public int DataBitLength { get; set; } = 8;

    /// <summary>Highest clock in Hz.</summary>
    public int ClockFrequency { get; set; } = 500_000;

    /// <summary>Order of the bits.</summary>
    public DataFlow DataFlow { get; set; } = DataFlow.MsbFirst;

    /// <summary>Level that selects the device.</summary>
    public PinValue ChipSelectLineActiveState { get; set; } = PinValue.Low;
}
