using System.Device.Gpio;

namespace Iot.Device.Sx127x;

/// <content>Reset, identification, calibration and first configuration (datasheet 2.1.3.5, 2.1.3.8, 7.2).</content>
public sealed partial class Sx127x
{
    private const int VersionAttempts = 10;
    private const int CalibrationAttempts = 10;
    private const byte ImageCalStart = 0x40;
    private const byte ImageCalRunning = 0x20;

    private static readonly TimeSpan ResetPulse = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ReadyAfterReset = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan ModeChange = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan BetweenVersionReads = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan CalibrationStep = TimeSpan.FromMilliseconds(5);

    /// <summary>Resets the chip, finds out what it is, calibrates and configures it; ends in standby. Takes about 30 ms.</summary>
    /// <exception cref="ArgumentException">The chip cannot have such settings; the message lists why.</exception>
    /// <exception cref="Sx127xException">The chip does not answer as it must; the message says what to check.</exception>
    public void Initialize(Sx127xSettings settings)
    {
        foreach (var span in InitializeInSteps(settings))
            _wait(span);
    }

    /// <summary>
    /// The same in steps, for a host that may not block: after each step wait for the time it yields before asking for the next.
    /// </summary>
    public IEnumerable<TimeSpan> InitializeInSteps(Sx127xSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _image = null;
        Array.Fill(_written, (short)-1);
        foreach (var span in Reset())
            yield return span;
        for (var attempt = 1; !TryIdentify(out var failure); attempt++)
        {
            if (attempt == VersionAttempts)
                throw new Sx127xException(failure);
            yield return BetweenVersionReads;
        }

        var image = BuildImage(settings);
        foreach (var span in CalibrateImage(image))
            yield return span;
        WriteRegister(Register.OpMode, LongRangeMode | (byte)OperatingMode.Sleep);
        yield return ModeChange;
        var mode = ReadRegister(Register.OpMode) & ~LowFrequencyMode;
        if (mode != LongRangeMode)
            throw new Sx127xException($"The chip does not enter LoRa mode: its mode register reads 0x{mode:X2} instead of 0x80. Check the SPI wiring.");
        WriteImage(image);
        WriteRegister(Register.IrqFlags, 0xFF);
        WriteRegister(Register.IrqFlags, 0xFF);
        SetRegister(Register.DioMapping1, DioReceive);
        EnterMode(OperatingMode.Standby);
        yield return ModeChange;
    }

    private IEnumerable<TimeSpan> Reset()
    {
        if (_resetPin < 0)
        {
            // Without a reset line: whatever the chip was doing, put it to sleep.
            WriteRegister(Register.OpMode, LongRangeMode | (byte)OperatingMode.Sleep);
            yield return ModeChange;
            yield break;
        }

        // The silicons differ in the polarity of their reset, and the chip cannot be asked while it is held. Both pulses reset the one
        // that wants them; the SX1276 is merely released by the second.
        yield return PulseReset(PinValue.Low);
        _gpio!.SetPinMode(_resetPin, PinMode.Input);
        yield return ReadyAfterReset;
        if (!TryIdentify(out _) || Family == ChipFamily.Sx1272)
        {
            yield return PulseReset(PinValue.High);
            _gpio.SetPinMode(_resetPin, PinMode.Input);
            yield return ReadyAfterReset;
        }
    }

    private TimeSpan PulseReset(PinValue level)
    {
        _gpio!.SetPinMode(_resetPin, PinMode.Output);
        _gpio.Write(_resetPin, level);
        return ResetPulse;
    }

    /// <summary>Asks who is there, without changing anything. Call it when <see cref="Initialize"/> fails, or instead.</summary>
    public ChipIdentification Identify()
    {
        const int Readings = 4;
        Span<byte> versions = stackalloc byte[Readings];
        Span<byte> probe = [(byte)Register.Version, 0x5A, 0xA5, 0x3C];
        Span<byte> echo = stackalloc byte[probe.Length];
        _spi.TransferFullDuplex(probe, echo);
        for (var i = 0; i < Readings; i++)
            versions[i] = ReadRegister(Register.Version);
        var version = versions[^1];
        if (echo.SequenceEqual(probe))
        {
            return new ChipIdentification(ChipAnswer.Loopback, version,
                "Whatever is sent comes back: MISO is connected to MOSI, or no chip is on the bus and the lines touch.");
        }

        if (versions.ContainsAnyExcept(version))
        {
            return new ChipIdentification(ChipAnswer.Unsteady, version,
                $"The version register reads {Convert.ToHexString(versions)} in four attempts. Check ground and wire length, try a lower SPI clock, "
                + "and see that no other device is selected at the same time.");
        }

        return version switch
        {
            // RadioLib has met 0x11 and 0x13 on modules that work.
            0x11 or 0x12 or 0x13 or 0x22 => new ChipIdentification(ChipAnswer.KnownChip, version, ""),
            0x00 => new ChipIdentification(ChipAnswer.StuckLow, version,
                "No LoRa chip answers: every byte reads 0x00. Check the supply, that reset is not held, and MISO."),
            0xFF => new ChipIdentification(ChipAnswer.NobodySelected, version,
                "No LoRa chip answers: every byte reads 0xFF. Check that the chip select is the one the board uses, and MISO."),
            _ => new ChipIdentification(ChipAnswer.AnotherChip, version,
                $"The version register reads 0x{version:X2}, which is no SX127x (0x12 or 0x22 is). Another chip is on the bus or on this chip select."),
        };
    }

    private bool TryIdentify(out string failure)
    {
        var found = Identify();
        Version = found.Version;
        Family = found.Version == 0x22 ? ChipFamily.Sx1272 : ChipFamily.Sx1276;
        failure = found.Message;
        return found.Answer == ChipAnswer.KnownChip;
    }

    /// <summary>Lets the receiver learn to suppress its image, in both bands it may use; only possible in FSK standby.</summary>
    private IEnumerable<TimeSpan> CalibrateImage(RegisterImage image)
    {
        WriteRegister(Register.OpMode, (byte)OperatingMode.Sleep);
        WriteRegister(Register.OpMode, (byte)OperatingMode.Standby);
        yield return ModeChange;
        WriteRegister(Register.PaConfig, 0);
        SetFrequency(image.TransmitFrequency);
        const Register ImageCal = Register.InvertIq2;
        WriteRegister(ImageCal, (byte)(ReadRegister(ImageCal) | ImageCalStart));
        for (var attempt = 0; attempt < CalibrationAttempts; attempt++)
        {
            yield return CalibrationStep;
            if ((ReadRegister(ImageCal) & ImageCalRunning) == 0)
                break;
        }

        WriteRegister(Register.OpMode, (byte)OperatingMode.Sleep);
        Array.Fill(_written, (short)-1);
    }
}
