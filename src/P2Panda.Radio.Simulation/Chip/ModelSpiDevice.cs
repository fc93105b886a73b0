using System.Device.Spi;

namespace P2Panda.Radio.Simulation.Chip;

/// <summary>The SPI side of a <see cref="ChipModel"/>.</summary>
internal sealed class ModelSpiDevice(ChipModel chip) : SpiDevice
{
    public override SpiConnectionSettings ConnectionSettings { get; } = new(0, 0) { ClockFrequency = 8_000_000 };

    public override void Read(Span<byte> buffer) => chip.Transfer(new byte[buffer.Length], buffer);

    public override void Write(ReadOnlySpan<byte> buffer) => chip.Transfer(buffer, []);

    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        if (writeBuffer.Length != readBuffer.Length)
            throw new ArgumentException("Both buffers must be of the same length.");
        chip.Transfer(writeBuffer, readBuffer);
    }
}
