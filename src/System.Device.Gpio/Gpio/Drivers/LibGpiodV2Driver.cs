using System.Buffers.Binary;
using System.Device.Linux;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace System.Device.Gpio.Drivers;

/// <summary>
/// The lines of one GPIO chip through the kernel's character device, version 2. The package's driver of this name goes through libgpiod;
/// this one asks the kernel itself, so no library is needed.
/// </summary>
public class LibGpiodV2Driver : GpioDriver
{
    private const nuint GetChipInfoRequest = 0x8044b401;
    private const int ChipInfoSize = 68;
    private const int EventSize = 48;
    private const int MaxChips = 64;

    private readonly Lock _gate = new();
    private readonly GpioChipInfo _info;
    private readonly SafeFileHandle _chip;
    private readonly Dictionary<int, GpioLine> _lines = [];
    private readonly Dictionary<int, LineWatch> _watches = [];

    /// <summary>The chip with a number.</summary>
    /// <exception cref="IOException">There is none, or it may not be used.</exception>
    public LibGpiodV2Driver(int gpioChip)
    {
        _chip = LibC.Open($"/dev/gpiochip{gpioChip}");
        _info = Describe(gpioChip, _chip);
    }

    /// <summary>One of the chips <see cref="GetAvailableChips"/> found.</summary>
    /// <exception cref="IOException">It may not be used.</exception>
    public LibGpiodV2Driver(GpioChipInfo chipInfo)
        : this((chipInfo ?? throw new ArgumentNullException(nameof(chipInfo))).Id)
    {
    }

    /// <inheritdoc/>
    protected internal override int PinCount => _info.NumLines;

    /// <summary>The GPIO chips of this machine that can be opened, by their numbers.</summary>
    public static IList<GpioChipInfo> GetAvailableChips()
    {
        List<GpioChipInfo> chips = [];
        for (var number = 0; number < MaxChips; number++)
        {
            if (!File.Exists($"/dev/gpiochip{number}"))
                continue;
            using var chip = LibC.Open($"/dev/gpiochip{number}");
            chips.Add(Describe(number, chip));
        }

        return chips;
    }

    /// <summary>The chip.</summary>
    public virtual GpioChipInfo GetChipInfo() => _info;

    /// <inheritdoc/>
    protected internal override void OpenPin(int pinNumber)
    {
        lock (_gate)
        {
            _lines.Add(pinNumber, new GpioLine(_chip, pinNumber));
        }
    }

    /// <inheritdoc/>
    protected internal override void ClosePin(int pinNumber)
    {
        LineWatch? watch;
        lock (_gate)
        {
            _watches.Remove(pinNumber, out watch);
        }

        watch?.Dispose();
        lock (_gate)
        {
            if (_lines.Remove(pinNumber, out var line))
                line.Dispose();
        }
    }

    /// <inheritdoc/>
    protected internal override void SetPinMode(int pinNumber, PinMode mode) => SetPinMode(pinNumber, mode, PinValue.Low);

    /// <inheritdoc/>
    protected internal override void SetPinMode(int pinNumber, PinMode mode, PinValue initialValue) =>
        Line(pinNumber).Configure(mode, (bool)initialValue);

    /// <inheritdoc/>
    protected internal override PinMode GetPinMode(int pinNumber) => Line(pinNumber).Mode;

    /// <inheritdoc/>
    protected internal override bool IsPinModeSupported(int pinNumber, PinMode mode) => Enum.IsDefined(mode);

    /// <inheritdoc/>
    protected internal override PinValue Read(int pinNumber) => Line(pinNumber).Read();

    /// <inheritdoc/>
    protected internal override void Write(int pinNumber, PinValue value) => Line(pinNumber).Write((bool)value);

    /// <inheritdoc/>
    protected internal override WaitForEventResult WaitForEvent(int pinNumber, PinEventTypes eventTypes, CancellationToken cancellationToken)
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

    /// <inheritdoc/>
    protected internal override void AddCallbackForPinValueChangedEvent(int pinNumber, PinEventTypes eventTypes, PinChangeEventHandler callback)
    {
        lock (_gate)
        {
            if (!_watches.TryGetValue(pinNumber, out var watch))
                _watches.Add(pinNumber, watch = new LineWatch(this, pinNumber, _lines[pinNumber]));
            watch.Add(eventTypes, callback);
        }
    }

    /// <inheritdoc/>
    protected internal override void RemoveCallbackForPinValueChangedEvent(int pinNumber, PinChangeEventHandler callback)
    {
        LineWatch? ended = null;
        lock (_gate)
        {
            if (_watches.TryGetValue(pinNumber, out var watch) && watch.Remove(callback))
            {
                _watches.Remove(pinNumber);
                ended = watch;
            }
        }

        ended?.Dispose();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var pin in _lines.Keys.ToArray())
                ClosePin(pin);
            _chip.Dispose();
        }

        base.Dispose(disposing);
    }

    private static unsafe GpioChipInfo Describe(int number, SafeFileHandle chip)
    {
        var info = stackalloc byte[ChipInfoSize];
        new Span<byte>(info, ChipInfoSize).Clear();
        LibC.Control(chip, GetChipInfoRequest, info, $"ask gpiochip{number} what it is");
        return new GpioChipInfo(
            number,
            Marshal.PtrToStringUTF8((nint)info) ?? "",
            Marshal.PtrToStringUTF8((nint)(info + 32)) ?? "",
            (int)*(uint*)(info + 64));
    }

    private GpioLine Line(int pinNumber)
    {
        lock (_gate)
        {
            return _lines.TryGetValue(pinNumber, out var line) ? line : throw new InvalidOperationException($"Pin {pinNumber} is not open.");
        }
    }

    /// <summary>Reads the edges of one line on a thread of its own, and calls who asked for them.</summary>
    private sealed class LineWatch : IDisposable
    {
        private const uint RisingEvent = 1;

        private readonly LibGpiodV2Driver _driver;
        private readonly int _pin;
        private readonly GpioLine _line;
        private readonly SafeFileHandle _stop = LibC.EventDescriptor();
        private readonly Lock _gate = new();
        private readonly List<(PinEventTypes Edges, PinChangeEventHandler Handler)> _handlers = [];
        private readonly Thread _thread;

        public LineWatch(LibGpiodV2Driver driver, int pin, GpioLine line)
        {
            (_driver, _pin, _line) = (driver, pin, line);
            _thread = new Thread(Run) { IsBackground = true, Name = $"gpio {pin}" };
            _thread.Start();
        }

        public void Add(PinEventTypes edges, PinChangeEventHandler handler)
        {
            lock (_gate)
            {
                _handlers.Add((edges, handler));
                _line.Watch(Wanted());
            }
        }

        /// <summary>Forgets a handler; true when nobody is left.</summary>
        public bool Remove(PinChangeEventHandler handler)
        {
            lock (_gate)
            {
                _handlers.RemoveAll(entry => entry.Handler == handler);
                _line.Watch(Wanted());
                return _handlers.Count == 0;
            }
        }

        public void Dispose()
        {
            LibC.Signal(_stop);
            // A handler may close its own pin.
            if (Thread.CurrentThread != _thread)
                _thread.Join();
            _stop.Dispose();
        }

        private PinEventTypes Wanted() => _handlers.Aggregate(PinEventTypes.None, (edges, entry) => edges | entry.Edges);

        private void Run()
        {
            Span<byte> buffer = stackalloc byte[EventSize];
            while (true)
            {
                var readable = LibC.Poll(_line.File, _stop, Timeout.Infinite, out var stopped);
                if (stopped)
                    return;
                if (!readable || LibC.Read(_line.File, buffer) != EventSize)
                    continue;
                var edge = BinaryPrimitives.ReadUInt32LittleEndian(buffer[8..]) == RisingEvent ? PinEventTypes.Rising : PinEventTypes.Falling;
                PinChangeEventHandler[] handlers;
                lock (_gate)
                {
                    handlers = [.. _handlers.Where(entry => (entry.Edges & edge) != 0).Select(entry => entry.Handler)];
                }

                foreach (var handler in handlers)
                    handler(_driver, new PinValueChangedEventArgs(edge, _pin));
            }
        }
    }
}
