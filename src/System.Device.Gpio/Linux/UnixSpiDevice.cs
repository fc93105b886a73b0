using System.Device.Spi;
using Microsoft.Win32.SafeHandles;

namespace System.Device.Linux;

/// <summary>An SPI device through the kernel's spidev. Opened at the first transfer; every call is one message under one chip select.</summary>
internal sealed unsafe class UnixSpiDevice(SpiConnectionSettings settings) : SpiDevice
{
    private const nuint WriteMode32 = 0x40046b05;
    private const nuint WriteBitsPerWord = 0x40016b03;
    private const nuint WriteMaxSpeed = 0x40046b04;
    private const nuint OneMessage = 0x40206b00;
    private const uint ChipSelectActiveHigh = 0x04;
    private const uint LsbFirst = 0x08;
    private const uint NoChipSelect = 0x40;

    private readonly SpiConnectionSettings _settings = new(settings);
    private readonly Lock _gate = new();
    private SafeFileHandle? _file;
    private bool _disposed;

    public override SpiConnectionSettings ConnectionSettings => new(_settings);

    public override void Read(Span<byte> buffer)
    {
        fixed (byte* receive = buffer)
        {
            Transfer(null, receive, buffer.Length);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* transmit = buffer)
        {
            Transfer(transmit, null, buffer.Length);
        }
    }

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (writeBuffer.Length != readBuffer.Length)
            throw new ArgumentException("Both buffers must be of the same length.", nameof(readBuffer));
        fixed (byte* transmit = writeBuffer, receive = readBuffer)
        {
            Transfer(transmit, receive, writeBuffer.Length);
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _disposed = true;
            _file?.Dispose();
            _file = null;
        }

        base.Dispose(disposing);
    }

    private void Transfer(byte* transmit, byte* receive, int length)
    {
        if (length == 0)
            return;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _file ??= Open();
            var transfer = new SpiTransfer
            {
                TransmitBuffer = (ulong)transmit,
                ReceiveBuffer = (ulong)receive,
                Length = (uint)length,
                SpeedHz = (uint)_settings.ClockFrequency,
                BitsPerWord = (byte)_settings.DataBitLength,
            };
            LibC.Control(_file, OneMessage, &transfer, $"transfer {length} bytes over SPI");
        }
    }

    private SafeFileHandle Open()
    {
        var path = $"/dev/spidev{_settings.BusId}.{Math.Max(0, _settings.ChipSelectLine)}";
        var file = LibC.Open(path);
        try
        {
            var mode = (uint)_settings.Mode
                | (_settings.ChipSelectLineActiveState == Gpio.PinValue.High ? ChipSelectActiveHigh : 0)
                | (_settings.DataFlow == DataFlow.LsbFirst ? LsbFirst : 0)
                | (_settings.ChipSelectLine < 0 ? NoChipSelect : 0);
            LibC.Control(file, WriteMode32, &mode, $"set the SPI mode 0x{mode:x} of {path}");
            var bits = (byte)_settings.DataBitLength;
            LibC.Control(file, WriteBitsPerWord, &bits, $"set {bits} bits per word on {path}");
            var speed = (uint)_settings.ClockFrequency;
            LibC.Control(file, WriteMaxSpeed, &speed, $"set the clock of {path} to {speed} Hz");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
