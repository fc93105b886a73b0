namespace System.Device.Gpio;

/// <summary>An open pin.</summary>
public class GpioPin : IDisposable
{
    /// <summary>A pin opened by a controller.</summary>
    protected internal GpioPin(int pinNumber, GpioController controller)
    {
        PinNumber = pinNumber;
        Controller = controller;
    }

    /// <summary>Raised at every edge, on a thread of the driver.</summary>
    public virtual event PinChangeEventHandler ValueChanged
    {
        add => Controller.RegisterCallbackForPinValueChangedEvent(PinNumber, PinEventTypes.Rising | PinEventTypes.Falling, value);
        remove => Controller.UnregisterCallbackForPinValueChangedEvent(PinNumber, value);
    }

    /// <summary>The controller the pin belongs to.</summary>
    public GpioController Controller { get; }

    /// <summary>Number of the pin.</summary>
    public virtual int PinNumber { get; }

    /// <summary>Sets direction and bias.</summary>
    public virtual void SetPinMode(PinMode value) => Controller.SetPinMode(PinNumber, value);

    /// <summary>Direction and bias.</summary>
    public virtual PinMode GetPinMode() => Controller.GetPinMode(PinNumber);

    /// <summary>Whether the pin can take a mode.</summary>
    public virtual bool IsPinModeSupported(PinMode pinMode) => Controller.IsPinModeSupported(PinNumber, pinMode);

    /// <summary>Level of the pin.</summary>
    public virtual PinValue Read() => Controller.Read(PinNumber);

    /// <summary>Sets the level of an output.</summary>
    public virtual void Write(PinValue value) => Controller.Write(PinNumber, value);

    /// <summary>Flips an output.</summary>
    public virtual void Toggle() => Controller.Toggle(PinNumber);

    /// <summary>Closes the pin.</summary>
    public virtual void Close() => Controller.ClosePin(PinNumber);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the pin.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && Controller.IsPinOpen(PinNumber))
            Close();
    }
}
