using System.Device.Spi;
using Meadow.Hardware;

namespace P2Panda.Radio.Sx127x.Meadow;

/// <summary>A Meadow SPI bus with a chip-select port as the <see cref="SpiDevice"/> the binding takes. Compiled with <c>-p:UseMeadow=true</c>.</summary>
public sealed class MeadowSpiDevice(ISpiBus bus, IDigitalOutputPort chipSelect) : SpiDevice
{
    /// <inheritdoc/>
    public override SpiConnectionSettings ConnectionSettings { get; } = new(0);

    /// <inheritdoc/>
    public override void Read(Span<byte> buffer) => bus.Read(chipSelect, buffer);

    /// <inheritdoc/>
    // Meadow takes a writable span for what it sends, and leaves it alone.
    public override void Write(ReadOnlySpan<byte> buffer) => bus.Write(chipSelect, buffer.ToArray());

    /// <inheritdoc/>
    public override void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) =>
        bus.Exchange(chipSelect, writeBuffer.ToArray(), readBuffer);
}
