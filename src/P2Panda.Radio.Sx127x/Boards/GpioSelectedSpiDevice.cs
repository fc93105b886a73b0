using System.Device.Gpio;
using System.Device.Spi;

namespace P2Panda.Radio.Sx127x.Boards;

/// <summary>
/// An SPI device whose chip select is an ordinary line that the kernel does not drive: it is pulled low around every transfer. Let the kernel
/// do it where that can be had (<c>dtoverlay=spi0-1cs,cs0_pin=N</c>): one system call instead of three.
/// </summary>
public sealed class GpioSelectedSpiDevice : SpiDevice
{
    private readonly SpiDevice _bus;
    private readonly GpioController _gpio;
    private readonly int _line;
    private readonly Lock _gate = new();
    private bool _disposed;

    /// <param name="bus">The bus with no chip select, or with one that nothing hangs on. Disposed with this.</param>
    /// <param name="gpio">The controller of the line; stays the caller's.</param>
    /// <param name="line">The line.</param>
    public GpioSelectedSpiDevice(SpiDevice bus, GpioController gpio, int line)
    {
        (_bus, _gpio, _line) = (bus, gpio, line);
        gpio.OpenPin(line, PinMode.Output, PinValue.High);
    }

    /// <inheritdoc/>
    public override SpiConnectionSettings ConnectionSettings => _bus.ConnectionSettings;

    /// <inheritdoc/>
    public override void Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            _gpio.Write(_line, PinValue.Low);
            try
            {
                _bus.Read(buffer);
            }
            finally
            {
                _gpio.Write(_line, PinValue.High);
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            _gpio.Write(_line, PinValue.Low);
            try
            {
                _bus.Write(buffer);
            }
            finally
            {
                _gpio.Write(_line, PinValue.High);
            }
        }
    }

    /// <inheritdoc/>
    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        lock (_gate)
        {
            _gpio.Write(_line, PinValue.Low);
            try
            {
                _bus.TransferFullDuplex(writeBuffer, readBuffer);
            }
            finally
            {
                _gpio.Write(_line, PinValue.High);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _bus.Dispose();
            if (_gpio.IsPinOpen(_line))
                _gpio.ClosePin(_line);
        }

        base.Dispose(disposing);
    }
}
