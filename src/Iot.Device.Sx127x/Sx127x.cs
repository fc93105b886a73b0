using System.Device.Gpio;
using System.Device.Spi;

namespace Iot.Device.Sx127x;

/// <summary>
/// Semtech SX1272/73/76/77/78/79 LoRa transceiver (HopeRF RFM92/93/95/96/98 among its modules).
/// </summary>
/// <remarks>
/// <para>
/// <see cref="Initialize"/> it, command it, and call <see cref="Service"/> when <see cref="Interrupt"/> is raised, and now and then without:
/// edges get lost, flags do not. <see cref="Service"/> says what happened. Instances are not thread-safe; only <see cref="Interrupt"/> comes
/// from a thread of the GPIO driver.
/// </para>
/// <para>
/// The SPI device works in mode 0, most significant bit first, at up to 10 MHz; 5 MHz is a good choice. Frequency hopping, FSK and OOK are
/// not supported.
/// </para>
/// </remarks>
public sealed partial class Sx127x : IDisposable
{
    /// <summary>Longest packet in bytes.</summary>
    public const int MaxPayloadLength = 255;

    private const byte LongRangeMode = 0x80;
    private const byte LowFrequencyMode = 0x08;

    private readonly SpiDevice _spi;
    private readonly GpioController? _gpio;
    private readonly bool _shouldDispose;
    private readonly int _resetPin;
    private readonly int _dio0Pin;
    private readonly int _dio1Pin;
    private readonly Action<TimeSpan> _wait;
    private readonly HighPowerDuty _highPowerDuty;
    private RegisterImage? _image;
    private bool _disposed;

    /// <summary>A chip on an SPI device, with the pins of the host that are wired to it (-1 for none).</summary>
    /// <param name="spi">The SPI device; disposed with the binding.</param>
    /// <param name="resetPin">Reset. Without it the chip is brought to a known state by writing every register that matters.</param>
    /// <param name="dio0Pin">DIO0: packet received, packet sent, activity detection over.</param>
    /// <param name="dio1Pin">DIO1: time-out of single reception.</param>
    /// <param name="gpio">The controller of the pins.</param>
    /// <param name="shouldDispose">Whether the controller is disposed with the binding.</param>
    /// <param name="time">The clock of the 1 % limit above 17 dBm; none for the system's.</param>
    /// <param name="wait">How to wait for the chip; none for <see cref="Thread.Sleep(TimeSpan)"/>.</param>
    public Sx127x(
        SpiDevice spi,
        int resetPin = -1,
        int dio0Pin = -1,
        int dio1Pin = -1,
        GpioController? gpio = null,
        bool shouldDispose = true,
        Action<TimeSpan>? wait = null,
        TimeProvider? time = null)
    {
        _spi = spi ?? throw new ArgumentNullException(nameof(spi));
        if (gpio is null && (resetPin >= 0 || dio0Pin >= 0 || dio1Pin >= 0))
            throw new ArgumentNullException(nameof(gpio), "Pins need a controller.");
        _gpio = gpio;
        _shouldDispose = shouldDispose;
        _resetPin = resetPin;
        _dio0Pin = dio0Pin;
        _dio1Pin = dio1Pin;
        _wait = wait ?? Thread.Sleep;
        _highPowerDuty = new HighPowerDuty(time ?? TimeProvider.System);
        // The chip pulls its own reset line; the host lets go of it except for the pulse.
        if (resetPin >= 0)
            gpio!.OpenPin(resetPin, PinMode.Input);
        OpenInterrupt(dio0Pin);
        OpenInterrupt(dio1Pin);
    }

    /// <summary>Raised at a rising edge of a DIO line, on a thread of the GPIO driver: see to it that <see cref="Service"/> gets called.</summary>
    public event EventHandler? Interrupt;

    /// <summary>Which silicon answered; known after <see cref="Initialize"/>.</summary>
    public ChipFamily Family { get; private set; }

    /// <summary>What the version register read.</summary>
    public byte Version { get; private set; }

    /// <summary>What the modem was last told to do, or fell back to when it was done.</summary>
    public OperatingMode Mode { get; private set; }

    /// <summary>The settings in force.</summary>
    public Sx127xSettings? Settings => _image?.Settings;

    /// <summary>Whether an interrupt line is wired; without one <see cref="Service"/> must be called about once a symbol.</summary>
    public bool HasInterruptLine => _dio0Pin >= 0;

    /// <summary>Whether a DIO line is high: something waits for <see cref="Service"/>.</summary>
    public bool IsInterruptPending =>
        (_dio0Pin >= 0 && _gpio!.Read(_dio0Pin) == PinValue.High) || (_dio1Pin >= 0 && _gpio!.Read(_dio1Pin) == PinValue.High);

    /// <summary>Moves to other settings, in standby, and reads them back.</summary>
    /// <exception cref="ArgumentException">The chip cannot have such settings; the message lists why.</exception>
    /// <exception cref="Sx127xException">A register did not take its value.</exception>
    public void Configure(Sx127xSettings settings)
    {
        var image = BuildImage(settings);
        EnterMode(OperatingMode.Standby);
        WriteImage(image);
    }

    /// <summary>Sends one packet of 1 to 255 bytes; ends in <see cref="Sx127xEventKind.TransmitCompleted"/>.</summary>
    public void Transmit(ReadOnlySpan<byte> payload)
    {
        var image = RequireImage();
        if (payload.Length is 0 or > MaxPayloadLength)
            throw new ArgumentException($"A packet has 1 to {MaxPayloadLength} bytes, not {payload.Length}.", nameof(payload));
        if (image.Settings.ImplicitHeaderLength is { } length && payload.Length != length)
            throw new ArgumentException($"Without a header every packet has {length} bytes, not {payload.Length}.", nameof(payload));
        if (image.Settings.IsHighPower && !_highPowerDuty.TryBook(image.Settings.TimeOnAir(payload.Length)))
        {
            throw new InvalidOperationException("Above 17 dBm the chip may send 1 % of the time (datasheet 5.4.3), "
                + $"{HighPowerDuty.Allowance.TotalSeconds} s in an hour, and that is used up. Wait, or lower the power to 17 dBm.");
        }

        if (Mode != OperatingMode.Standby)
            EnterMode(OperatingMode.Standby);
        TurnTo(transmit: true);
        WriteRegister(Register.FifoAddrPtr, 0);
        WriteFifo(payload);
        SetRegister(Register.PayloadLength, (byte)payload.Length);
        Arm(DioTransmit);
        EnterMode(OperatingMode.Transmit);
    }

    /// <summary>Listens until told otherwise; packets come as <see cref="Sx127xEventKind.PacketReceived"/>.</summary>
    public void ReceiveContinuous()
    {
        PrepareToListen(DioReceive);
        EnterMode(OperatingMode.ReceiveContinuous);
    }

    /// <summary>Listens for one packet whose preamble begins within a number of symbols (4 to 1023).</summary>
    public void ReceiveSingle(int timeoutSymbols)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeoutSymbols, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeoutSymbols, 1023);
        var image = RequireImage();
        PrepareToListen(DioReceive);
        SetRegister(Register.ModemConfig2, (byte)((image[Register.ModemConfig2] & ~3) | (timeoutSymbols >> 8)));
        SetRegister(Register.SymbTimeoutLsb, (byte)timeoutSymbols);
        EnterMode(OperatingMode.ReceiveSingle);
    }

    /// <summary>Looks for a preamble; ends in <see cref="Sx127xEventKind.ChannelIdle"/> or <see cref="Sx127xEventKind.ChannelActive"/>.</summary>
    public void DetectActivity()
    {
        PrepareToListen(DioActivity);
        EnterMode(OperatingMode.ActivityDetection);
    }

    /// <summary>Stops what is going on.</summary>
    public void Standby() => EnterMode(OperatingMode.Standby);

    /// <summary>Stops what is going on and sleeps; the configuration survives, the FIFO does not.</summary>
    public void Sleep() => EnterMode(OperatingMode.Sleep);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        CloseInterrupt(_dio0Pin);
        CloseInterrupt(_dio1Pin);
        if (_resetPin >= 0)
            _gpio!.ClosePin(_resetPin);
        if (_shouldDispose)
            _gpio?.Dispose();
        _spi.Dispose();
    }

    private RegisterImage RequireImage() => _image ?? throw new InvalidOperationException("Initialize the chip first.");

    private RegisterImage BuildImage(Sx127xSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var wrong = settings.Validate(Family);
        return wrong.Count == 0 ? new RegisterImage(Family, settings) : throw new ArgumentException(string.Join(" ", wrong), nameof(settings));
    }

    private void PrepareToListen(byte dioMapping)
    {
        var image = RequireImage();
        if (Mode != OperatingMode.Standby)
            EnterMode(OperatingMode.Standby);
        TurnTo(transmit: false);
        if (image.Settings.ImplicitHeaderLength is { } length)
            SetRegister(Register.PayloadLength, (byte)length);
        Arm(dioMapping);
    }

    /// <summary>Sets what sending and listening have different: the receiver's offset of erratum 2.3, and one of the I/Q registers.</summary>
    private void TurnTo(bool transmit)
    {
        var image = _image!;
        SetFrequency(transmit ? image.TransmitFrequency : image.ReceiveFrequency);
        var inverted = transmit ? image.Settings.InvertIqTransmit : image.Settings.InvertIqReceive;
        SetRegister(Register.InvertIq2, RegisterImage.InvertIq2(inverted));
    }

    private void Arm(byte dioMapping)
    {
        // Flags of what came before would keep the line high, and no edge would ever come again.
        WriteRegister(Register.IrqFlags, 0xFF);
        SetRegister(Register.DioMapping1, dioMapping);
    }

    private void EnterMode(OperatingMode mode)
    {
        WriteRegister(Register.OpMode, (byte)(LongRangeMode | (byte)mode));
        Mode = mode;
    }

    private void OpenInterrupt(int pin)
    {
        if (pin < 0)
            return;
        // Modules often leave the DIO lines without a resistor, and a floating line raises interrupts of its own.
        _gpio!.OpenPin(pin, _gpio.IsPinModeSupported(pin, PinMode.InputPullDown) ? PinMode.InputPullDown : PinMode.Input);
        _gpio.RegisterCallbackForPinValueChangedEvent(pin, PinEventTypes.Rising, OnRisingEdge);
    }

    private void CloseInterrupt(int pin)
    {
        if (pin < 0)
            return;
        _gpio!.UnregisterCallbackForPinValueChangedEvent(pin, OnRisingEdge);
        _gpio.ClosePin(pin);
    }

    private void OnRisingEdge(object sender, PinValueChangedEventArgs change) => Interrupt?.Invoke(this, EventArgs.Empty);
}
