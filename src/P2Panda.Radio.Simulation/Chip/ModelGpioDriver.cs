using System.Device.Gpio;

namespace P2Panda.Radio.Simulation.Chip;

/// <summary>
/// The lines of a <see cref="ChipModel"/> as a GPIO chip. Edges are told when the ether tells its news, never from within a bus transfer;
/// the level may have changed again by then, as on real lines.
/// </summary>
internal sealed class ModelGpioDriver(ChipModel chip, ChipPins pins) : GpioDriver
{
    private const int Lines = 64;
    private const int DioLines = 6;

    private readonly Lock _gate = new();
    private readonly PinMode[] _modes = new PinMode[Lines];
    private readonly bool[] _outputs = new bool[Lines];
    private readonly List<(int Pin, PinEventTypes Types, PinChangeEventHandler Callback)> _callbacks = [];

    protected override int PinCount => Lines;

    /// <summary>Whether somebody wants to hear of an edge.</summary>
    internal bool IsWatched(int pin, PinEventTypes edge)
    {
        lock (_gate)
        {
            foreach (var (watched, types, _) in _callbacks)
            {
                if (watched == pin && (types & edge) != 0)
                    return true;
            }

            return false;
        }
    }

    internal void RaiseEdge(int pin, PinEventTypes edge)
    {
        PinChangeEventHandler[] handlers;
        lock (_gate)
        {
            handlers = [.. _callbacks.Where(entry => entry.Pin == pin && (entry.Types & edge) != 0).Select(entry => entry.Callback)];
        }

        foreach (var handler in handlers)
            handler(this, new PinValueChangedEventArgs(edge, pin));
    }

    protected override void OpenPin(int pinNumber) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(pinNumber, Lines);

    protected override void ClosePin(int pinNumber) => SetPinMode(pinNumber, PinMode.Input);

    protected override void SetPinMode(int pinNumber, PinMode mode)
    {
        _modes[pinNumber] = mode;
        if (pinNumber == pins.Reset)
            chip.DriveReset(mode == PinMode.Output ? _outputs[pinNumber] : null);
    }

    protected override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue)
    {
        _outputs[pinNumber] = (bool)initialValue;
        SetPinMode(pinNumber, mode);
    }

    protected override PinMode GetPinMode(int pinNumber) => _modes[pinNumber];

    protected override bool IsPinModeSupported(int pinNumber, PinMode mode) => true;

    protected override PinValue Read(int pinNumber)
    {
        for (var line = 0; line < DioLines; line++)
        {
            if (pins.Dio(line) == pinNumber)
                return chip.DioLevel(line);
        }

        return _outputs[pinNumber];
    }

    protected override void Write(int pinNumber, PinValue value)
    {
        _outputs[pinNumber] = (bool)value;
        if (pinNumber == pins.Reset && _modes[pinNumber] == PinMode.Output)
            chip.DriveReset(_outputs[pinNumber]);
    }

    protected override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
    {
        using var seen = new ManualResetEventSlim();
        var edge = PinEventTypes.None;
        PinChangeEventHandler handler = (_, change) =>
        {
            edge = change.ChangeType;
            seen.Set();
        };
        AddCallbackForPinValueChangedEvent(pinNumber, eventTypes, handler);
        try
        {
            seen.Wait(cancellationToken);
            return new WaitForEventResult { EventTypes = edge };
        }
        catch (OperationCanceledException)
        {
            return new WaitForEventResult { TimedOut = true };
        }
        finally
        {
            RemoveCallbackForPinValueChangedEvent(pinNumber, handler);
        }
    }

    protected override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        lock (_gate)
        {
            _callbacks.Add((pinNumber, eventTypes, callback));
        }
    }

    protected override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        lock (_gate)
        {
            _callbacks.RemoveAll(entry => entry.Pin == pinNumber && entry.Callback == callback);
        }
    }
}
