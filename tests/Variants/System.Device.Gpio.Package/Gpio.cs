using System.Diagnostics.CodeAnalysis;

namespace System.Device.Gpio;

public delegate void PinChangeEventHandler(object sender, PinValueChangedEventArgs pinValueChangedEventArgs);

public enum PinMode
{
    Input,
    Output,
    InputPullDown,
    InputPullUp,
}

[Flags]
public enum PinEventTypes
{
    None = 0,
    Rising = 1,
    Falling = 2,
}

public readonly struct PinValue : IEquatable<PinValue>
{
    public static PinValue High => throw null!;

    public static PinValue Low => throw null!;

    public static implicit operator PinValue(int value) => throw null!;

    public static implicit operator PinValue(bool value) => throw null!;

    public static explicit operator byte(PinValue value) => throw null!;

    public static explicit operator int(PinValue value) => throw null!;

    public static explicit operator bool(PinValue value) => throw null!;

    public static bool operator ==(PinValue a, PinValue b) => throw null!;

    public static bool operator !=(PinValue a, PinValue b) => throw null!;

    public static PinValue operator !(PinValue v) => throw null!;

    public bool Equals(PinValue other) => throw null!;

    public override bool Equals([NotNullWhen(true)] object? obj) => throw null!;

    public override int GetHashCode() => throw null!;
}

public class PinValueChangedEventArgs(PinEventTypes changeType, int pinNumber) : EventArgs
{
    public PinEventTypes ChangeType { get; } = changeType;

    public int PinNumber { get; } = pinNumber;
}

public class GpioPin : IDisposable
{
    public virtual int PinNumber => throw null!;

    public void Dispose() => throw null!;
}

public struct WaitForEventResult
{
    public PinEventTypes EventTypes;
    public bool TimedOut;
}

public abstract class GpioDriver : IDisposable
{
    public void Dispose() => throw null!;
}

public class GpioController : IDisposable
{
    public GpioController(GpioDriver driver) => throw null!;

    public virtual int PinCount => throw null!;

    public GpioPin OpenPin(int pinNumber) => throw null!;

    public GpioPin OpenPin(int pinNumber, PinMode mode) => throw null!;

    public GpioPin OpenPin(int pinNumber, PinMode mode, PinValue initialValue) => throw null!;

    public void ClosePin(int pinNumber) => throw null!;

    public virtual void SetPinMode(int pinNumber, PinMode mode) => throw null!;

    public virtual PinMode GetPinMode(int pinNumber) => throw null!;

    public virtual bool IsPinOpen(int pinNumber) => throw null!;

    public virtual bool IsPinModeSupported(int pinNumber, PinMode mode) => throw null!;

    public virtual PinValue Read(int pinNumber) => throw null!;

    public virtual void Write(int pinNumber, PinValue value) => throw null!;

    public virtual void RegisterCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback) => throw null!;

    public virtual void UnregisterCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback) => throw null!;

    public void Dispose() => throw null!;
}
