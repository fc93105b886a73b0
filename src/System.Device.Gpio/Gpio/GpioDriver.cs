namespace System.Device.Gpio;

/// <summary>Access to the pins of one GPIO chip, numbered as the chip numbers them.</summary>
public abstract class GpioDriver : IDisposable
{
    /// <summary>How many pins there are.</summary>
    protected internal abstract int PinCount { get; }

    /// <summary>Opens a pin.</summary>
    protected internal abstract void OpenPin(int pinNumber);

    /// <summary>Closes an open pin.</summary>
    protected internal abstract void ClosePin(int pinNumber);

    /// <summary>Sets direction and bias.</summary>
    protected internal abstract void SetPinMode(int pinNumber, PinMode mode);

    /// <summary>Sets the direction, and for an output its first level.</summary>
    protected internal virtual void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        SetPinMode(pinNumber, mode);
        if (mode == PinMode.Output)
            Write(pinNumber, initialValue);
    }

    /// <summary>Direction and bias of a pin.</summary>
    protected internal abstract PinMode GetPinMode(int pinNumber);

    /// <summary>Whether a pin can take a mode.</summary>
    protected internal abstract bool IsPinModeSupported(int pinNumber, PinMode mode);

    /// <summary>Level of a pin.</summary>
    protected internal abstract PinValue Read(int pinNumber);

    /// <summary>Sets the level of an output.</summary>
    protected internal abstract void Write(int pinNumber, PinValue value);

    /// <summary>Flips an output.</summary>
    protected internal virtual void Toggle(int pinNumber) => Write(pinNumber, !Read(pinNumber));

    /// <summary>Waits for an edge.</summary>
    protected internal abstract WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken);

    /// <summary>Asks to be called at every edge of the kinds given.</summary>
    protected internal abstract void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback);

    /// <summary>Ends what <see cref="AddCallbackForPinValueChangedEvent"/> began.</summary>
    protected internal abstract void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the pins.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
