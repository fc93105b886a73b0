using System.Runtime.InteropServices;

namespace System.Device.Linux;

/// <summary><c>struct spi_ioc_transfer</c> of linux/spi/spidev.h, the same on every architecture.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SpiTransfer
{
    public ulong TransmitBuffer;
    public ulong ReceiveBuffer;
    public uint Length;
    public uint SpeedHz;
    public ushort DelayMicroseconds;
    public byte BitsPerWord;
    public byte ChangeChipSelect;
    public byte TransmitLines;
    public byte ReceiveLines;
    public byte WordDelayMicroseconds;
    public byte Padding;
}
