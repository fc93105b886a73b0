using System.Device.Gpio;

namespace P2Panda.Radio.Gateway.Tests.Doctor;

/// <summary>Lines whose levels can be read and whose edges nobody hears of.</summary>
internal sealed class DeafLines(GpioDriver lines) : GpioDriver
{
    private readonly GpioController _lines = new(lines);

    protected override int PinCount => _lines.PinCount;

    protected override void OpenPin(int pinNumber) => _lines.OpenPin(pinNumber);

    protected override void ClosePin(int pinNumber) => _lines.ClosePin(pinNumber);

    protected override void SetPinMode(int pinNumber, PinMode mode) => _lines.SetPinMode(pinNumber, mode);

    protected override PinMode GetPinMode(int pinNumber) => _lines.GetPinMode(pinNumber);

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber) => _lines.Read(pinNumber);

    protected override void Write(int pinNumber, PinValue value) => _lines.Write(pinNumber, value);

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) => throw new NotSupportedException();

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
    }
}
