namespace P2Panda.Radio.Simulation.Chip;

/// <content>The register file (datasheet chapter 6, and 4.4 for the LoRa page).</content>
public sealed partial class ChipModel
{
    private const byte ModeReady = 0x80;
    private static readonly TimeSpan ImageCalibrationTime = TimeSpan.FromMilliseconds(10);

    private bool _calibrating;
    private TimeSpan _calibratedAt;
    private int _latchedFrequency;
    private byte _shownMode;
    private TimeSpan _modeShownAt;

    private bool IsLora => (_registers[0x01] & LongRangeMode) != 0;

    private int Mode => _registers[0x01] & 7;

    private byte FifoPointer => _registers[0x0D];

    private static bool IsReadOnly(int address) => address is 0x10 or (>= 0x13 and <= 0x1C) or 0x25 or (>= 0x28 and <= 0x2A) or 0x2C;

    private bool ShowsFskPage(int address) =>
        address is >= ResetValues.FirstPaged and <= ResetValues.LastPaged && (!IsLora || (_registers[0x01] & AccessSharedRegisters) != 0);

    private byte ReadPlain(int address) => ShowsFskPage(address) ? _fskPage[address] : _registers[address];

    private byte ReadRegister(int address)
    {
        if (ShowsFskPage(address))
            return ReadFskPage(address);
        switch (address)
        {
            case 0x00:
                return ReadFifo();
            case 0x01 when _ether.Now < _modeShownAt:
                return _shownMode;
            case 0x18:
                return ModemStatus();
            case 0x1B:
                return IsLora && Mode is ModeReceiveContinuous or ModeReceiveSingle ? RawChannelRssi() : (byte)0;
            case 0x2C:
                return Mode is ModeReceiveContinuous or ModeReceiveSingle ? (byte)_noise.Next() : (byte)0;
            default:
                return _registers[address];
        }
    }

    private byte ReadFskPage(int address) => address switch
    {
        // Twice the RSSI below zero (RegRssiValue).
        0x11 => Mode is 4 or ModeReceiveContinuous
            ? (byte)Math.Clamp(-2 * _station.ChannelPowerDbm(LatchedHz, 125_000), 0, 255)
            : (byte)0,
        0x3B when _calibrating && _ether.Now < _calibratedAt => (byte)(_fskPage[0x3B] | 0x20),
        0x3C => (byte)(sbyte)Math.Clamp(-Math.Round(_temperatureRead), -128, 127),
        0x3E => (byte)(_fskPage[0x3E] | ModeReady),
        _ => _fskPage[address],
    };

    private byte ReadFifo()
    {
        if (!IsLora || Mode == ModeSleep)
        {
            Violate(IsLora ? "The FIFO was read in sleep." : "The FIFO was read in FSK mode, which is not modelled.");
            return 0;
        }

        return _fifo[_registers[0x0D]++];
    }

    private void WriteRegister(int address, byte value)
    {
        if (ShowsFskPage(address))
        {
            WriteFskPage(address, value);
            return;
        }

        switch (address)
        {
            case 0x00:
                WriteFifo(value);
                break;
            case 0x01:
                WriteMode(value);
                break;
            case 0x08:
                _registers[address] = value;
                LatchFrequency();
                break;
            case 0x12:
                ClearFlags(value);
                break;
            case 0x11 or 0x40 or 0x41:
                _registers[address] = value;
                UpdateLines();
                break;
            case 0x42:
                Violate("The version register was written.");
                break;
            case 0x24 when value != 0:
                Violate("Frequency hopping was asked for, which is not modelled.");
                _registers[address] = value;
                break;
            default:
                if (IsReadOnly(address))
                    Violate($"Register {address:X2} is read-only and was written.");
                else
                    _registers[address] = value;
                break;
        }
    }

    private void WriteFskPage(int address, byte value)
    {
        switch (address)
        {
            case 0x3B:
                // Bit 6 starts a calibration and reads as zero; bit 5 is the chip's.
                _fskPage[address] = (byte)(value & ~0x60);
                if ((value & 0x40) != 0)
                {
                    if (IsLora || Mode != ModeStandby)
                        Violate("Image calibration was started outside FSK standby.");
                    _calibrating = true;
                    _calibratedAt = _ether.Now + ImageCalibrationTime;
                }

                break;
            case 0x11 or 0x3C or 0x3E:
                break;
            default:
                _fskPage[address] = value;
                break;
        }
    }

    private void WriteFifo(byte value)
    {
        if (!IsLora || Mode == ModeSleep)
        {
            Violate(IsLora ? "The FIFO was written in sleep." : "The FIFO was written in FSK mode, which is not modelled.");
            return;
        }

        _fifo[_registers[0x0D]++] = value;
    }

    private void LatchFrequency() => _latchedFrequency = (_registers[0x06] << 16) | (_registers[0x07] << 8) | _registers[0x08];

    private double LatchedHz => _latchedFrequency * (32_000_000.0 / (1 << 19));
}
