using System.Device.Gpio;
using Meadow.Hardware;

namespace P2Panda.Radio.Sx127x.Meadow;

/// <summary>
/// Meadow's ports as the pins the binding takes: 0 is reset, 1 is DIO0, 2 is DIO1 where it is wired. Meadow's interrupt ports are made for
/// their edge; make them with rising edges and pull-down. Compiled with <c>-p:UseMeadow=true</c>.
/// </summary>
public sealed class MeadowGpioDriver(IDigitalOutputPort reset, IDigitalInterruptPort dio0, IDigitalInterruptPort? dio1 = null) : GpioDriver
{
    /// <summary>Number of the reset line.</summary>
    public const int Reset = 0;

    /// <summary>Number of DIO0.</summary>
    public const int Dio0 = 1;

    /// <summary>Number of DIO1.</summary>
    public const int Dio1 = 2;

    private readonly Dictionary<PinChangeEventHandler, EventHandler<DigitalPortResult>> _handlers = [];
    private PinMode _resetMode;

    /// <inheritdoc/>
    protected override int PinCount => dio1 is null ? 2 : 3;

    /// <inheritdoc/>
    protected override void OpenPin(int pinNumber) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pinNumber, PinCount);

    /// <inheritdoc/>
    protected override void ClosePin(int pinNumber)
    {
    }

    /// <inheritdoc/>
    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        if (pinNumber != Reset)
            return;
        _resetMode = mode;
        // An output port cannot let go of its line; high is what releases an SX1276.
        if (mode != PinMode.Output)
            reset.State = true;
    }

    /// <inheritdoc/>
    protected override PinMode GetPinMode(int pinNumber) => pinNumber == Reset ? _resetMode : PinMode.InputPullDown;

    /// <inheritdoc/>
    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    /// <inheritdoc/>
    protected override PinValue Read(int pinNumber) => pinNumber == Reset ? reset.State : Input(pinNumber).State;

    /// <inheritdoc/>
    protected override void Write(int pinNumber, PinValue value) => reset.State = (bool)value;

    /// <inheritdoc/>
    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Register a callback instead.");

    /// <inheritdoc/>
    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        EventHandler<DigitalPortResult> handler = (_, _) => callback(this, new PinValueChangedEventArgs(PinEventTypes.Rising, pinNumber));
        _handlers[callback] = handler;
        Input(pinNumber).Changed += handler;
    }

    /// <inheritdoc/>
    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        if (_handlers.Remove(callback, out var handler))
            Input(pinNumber).Changed -= handler;
    }

    private IDigitalInterruptPort Input(int pinNumber) =>
        pinNumber == Dio0 ? dio0 : dio1 ?? throw new InvalidOperationException("DIO1 is not wired.");
}
