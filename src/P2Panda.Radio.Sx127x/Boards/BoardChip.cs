using System.Device.Gpio;
using System.Device.Spi;
using Chip = Iot.Device.Sx127x.Sx127x;

namespace P2Panda.Radio.Sx127x.Boards;

/// <summary>Opens the chip of a board on the kernel's SPI and GPIO devices.</summary>
public static class BoardChip
{
    /// <summary>Clock of the bus in Hz unless told otherwise; the chip takes 10 MHz, long wires less.</summary>
    public const int DefaultClockHz = 5_000_000;

    /// <summary>Opens the chip; it is asked nothing yet.</summary>
    /// <exception cref="IOException">A device is not there, is not for us, or is in use; the message says what to do.</exception>
    public static Chip Open(Board board, int clockHz = DefaultClockHz)
    {
        ArgumentNullException.ThrowIfNull(board);
        var gpio = board.UsesGpio ? HeaderPins.Open(board.GpioLabel) : null;
        SpiDevice? spi = null;
        try
        {
            spi = OpenBus(board, clockHz, gpio);
            return new Chip(spi, board.Reset, board.Dio0, board.Dio1, gpio);
        }
        catch
        {
            spi?.Dispose();
            gpio?.Dispose();
            throw;
        }
    }

    /// <summary>What the radio on top must know of the board.</summary>
    public static Sx127xRadioOptions RadioOptions(Board board) => new() { PowerOutput = board.PowerOutput, Tcxo = board.Tcxo };

    private static SpiDevice OpenBus(Board board, int clockHz, GpioController? gpio)
    {
        if (!board.SoftwareChipSelect)
            return Bus(board.SpiLine);
        var bus = Bus(-1);
        try
        {
            // Opens the device, with nobody selected.
            bus.WriteByte(0);
        }
        catch (IOException)
        {
            // The Raspberry Pi 5's controller drives a chip select always. Line 0 toggles then, and nothing hangs on it.
            bus.Dispose();
            bus = Bus(0);
        }

        return new GpioSelectedSpiDevice(bus, gpio!, board.ChipSelect);

        SpiDevice Bus(int line) => SpiDevice.Create(new SpiConnectionSettings(board.SpiBus, line) { ClockFrequency = clockHz });
    }
}
