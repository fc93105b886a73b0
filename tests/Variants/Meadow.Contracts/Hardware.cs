namespace Meadow.Hardware;

public enum ChipSelectMode
{
    ActiveLow,
    ActiveHigh,
}

public interface IDigitalOutputPort
{
    bool State { get; set; }
}

public interface ISpiBus
{
    void Read(IDigitalOutputPort? chipSelect, Span<byte> readBuffer, ChipSelectMode csMode = ChipSelectMode.ActiveLow);

    void Write(IDigitalOutputPort? chipSelect, Span<byte> writeBuffer, ChipSelectMode csMode = ChipSelectMode.ActiveLow);

    void Exchange(IDigitalOutputPort? chipSelect, Span<byte> writeBuffer, Span<byte> readBuffer, ChipSelectMode csMode = ChipSelectMode.ActiveLow);
}

public interface IDigitalInputPort
{
    bool State { get; }
}

public interface IDigitalInterruptPort : IDigitalInputPort
{
    event EventHandler<DigitalPortResult> Changed;
}

public readonly struct DigitalPortResult
{
}
