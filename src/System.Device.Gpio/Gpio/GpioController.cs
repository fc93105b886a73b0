using System.Collections.Concurrent;

namespace System.Device.Gpio;

/// <summary>The pins of one GPIO chip, opened one by one.</summary>
public class GpioController : IDisposable
{
    private readonly GpioDriver _driver;
    private readonly ConcurrentDictionary<int, GpioPin> _open = new();

    /// <summary>Pins reached through a driver, which the controller disposes.</summary>
    public GpioController(GpioDriver driver) => _driver = driver ?? throw new ArgumentNullException(nameof(driver));

    /// <summary>How many pins there are.</summary>
    public virtual int PinCount => _driver.PinCount;

    /// <summary>Opens a pin as it is.</summary>
    /// <exception cref="InvalidOperationException">The pin is open.</exception>
    public GpioPin OpenPin(int pinNumber)
    {
        OpenPinCore(pinNumber);
        return _open[pinNumber];
    }

    /// <summary>Opens a pin in a mode.</summary>
    /// <exception cref="InvalidOperationException">The pin is open, or cannot take the mode.</exception>
    public GpioPin OpenPin(int pinNumber, PinMode mode)
    {
        var pin = OpenPin(pinNumber);
        SetPinMode(pinNumber, mode);
        return pin;
    }

    /// <summary>Opens a pin in a mode and, for an output, with a first level.</summary>
    /// <exception cref="InvalidOperationException">The pin is open, or cannot take the mode.</exception>
    public GpioPin OpenPin(int pinNumber, PinMode mode, PinValue initialValue)
    {
        var pin = OpenPin(pinNumber);
        if (!IsPinModeSupported(pinNumber, mode))
            throw new InvalidOperationException($"Pin {pinNumber} does not support mode {mode}.");
        _driver.SetPinMode(pinNumber, mode, initialValue);
        return pin;
    }

    /// <summary>Closes an open pin.</summary>
    /// <exception cref="InvalidOperationException">The pin is not open.</exception>
    public void ClosePin(int pinNumber)
    {
        if (!_open.TryRemove(pinNumber, out _))
            throw new InvalidOperationException($"Can not close pin {pinNumber} that is not open.");
        ClosePinCore(pinNumber);
    }

    /// <summary>Whether a pin is open.</summary>
    public virtual bool IsPinOpen(int pinNumber) => _open.ContainsKey(pinNumber);

    /// <summary>Sets direction and bias.</summary>
    public virtual void SetPinMode(int pinNumber, PinMode mode)
    {
        RequireOpen(pinNumber);
        if (!IsPinModeSupported(pinNumber, mode))
            throw new InvalidOperationException($"Pin {pinNumber} does not support mode {mode}.");
        _driver.SetPinMode(pinNumber, mode);
    }

    /// <summary>Direction and bias.</summary>
    public virtual PinMode GetPinMode(int pinNumber)
    {
        RequireOpen(pinNumber);
        return _driver.GetPinMode(pinNumber);
    }

    /// <summary>Whether a pin can take a mode.</summary>
    public virtual bool IsPinModeSupported(int pinNumber, PinMode mode) => _driver.IsPinModeSupported(pinNumber, mode);

    /// <summary>Level of a pin.</summary>
    public virtual PinValue Read(int pinNumber)
    {
        RequireOpen(pinNumber);
        return _driver.Read(pinNumber);
    }

    /// <summary>Sets the level of an output.</summary>
    public virtual void Write(int pinNumber, PinValue value)
    {
        RequireOpen(pinNumber);
        if (_driver.GetPinMode(pinNumber) != PinMode.Output)
            throw new InvalidOperationException("Can not write to a pin that is not set to Output mode.");
        _driver.Write(pinNumber, value);
    }

    /// <summary>Flips an output.</summary>
    public virtual void Toggle(int pinNumber)
    {
        RequireOpen(pinNumber);
        _driver.Toggle(pinNumber);
    }

    /// <summary>Waits for an edge for a time at most.</summary>
    public WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, TimeSpan timeout)
    {
        using var source = new CancellationTokenSource(timeout);
        return WaitForEvent(pinNumber, eventTypes, source.Token);
    }

    /// <summary>Waits for an edge.</summary>
    public virtual WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        RequireOpen(pinNumber);
        return _driver.WaitForEvent(pinNumber, eventTypes, cancellationToken);
    }

    /// <summary>Asks to be called at every edge of the kinds given, on a thread of the driver.</summary>
    public virtual void RegisterCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        RequireOpen(pinNumber);
        _driver.AddCallbackForPinValueChangedEvent(pinNumber, eventTypes, callback);
    }

    /// <summary>Ends what <see cref="RegisterCallbackForPinValueChangedEvent"/> began.</summary>
    public virtual void UnregisterCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        RequireOpen(pinNumber);
        _driver.RemoveCallbackForPinValueChangedEvent(pinNumber, callback);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a pin with the driver.</summary>
    protected virtual void OpenPinCore(int pinNumber)
    {
        if (!_open.TryAdd(pinNumber, new GpioPin(pinNumber, this)))
            throw new InvalidOperationException($"Pin {pinNumber} is already open.");
        try
        {
            _driver.OpenPin(pinNumber);
        }
        catch
        {
            _open.TryRemove(pinNumber, out _);
            throw;
        }
    }

    /// <summary>Closes a pin with the driver.</summary>
    protected virtual void ClosePinCore(int pinNumber) => _driver.ClosePin(pinNumber);

    /// <summary>Closes every pin and the driver.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        foreach (var pin in _open.Keys)
            _driver.ClosePin(pin);
        _open.Clear();
        _driver.Dispose();
    }

    private void RequireOpen(int pinNumber)
    {
        if (!_open.ContainsKey(pinNumber))
            throw new InvalidOperationException($"Can not use pin {pinNumber} that is not open.");
    }
}
