namespace System.Device.Gpio.Tests;

/// <summary>Eight pins that remember what was done to them.</summary>
internal sealed class RecordingDriver : GpioDriver
{
    private readonly PinMode[] _modes = new PinMode[8];
    private readonly PinValue[] _values = new PinValue[8];

    public List<string> Acts { get; } = [];

    public bool IsDisposed { get; private set; }

    public int Callbacks { get; private set; }

    protected internal override int PinCount => 8;

    protected internal override void OpenPin(int pinNumber)
    {
        if (pinNumber >= 8)
            throw new IOException("no such line");
        Acts.Add($"open {pinNumber}");
    }

    protected internal override void ClosePin(int pinNumber) => Acts.Add($"close {pinNumber}");

    protected internal override void SetPinMode(int pinNumber, PinMode mode) => _modes[pinNumber] = mode;

    protected internal override PinMode GetPinMode(int pinNumber) => _modes[pinNumber];

    protected internal override bool IsPinModeSupported(int pinNumber, PinMode mode) => mode != PinMode.InputPullUp;

    protected internal override PinValue Read(int pinNumber) => _values[pinNumber];

    protected internal override void Write(int pinNumber, PinValue value) => _values[pinNumber] = value;

    protected internal override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        cancellationToken.WaitHandle.WaitOne();
        return new WaitForEventResult { TimedOut = true };
    }

    protected internal override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => Callbacks++;

    protected internal override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => Callbacks--;

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
