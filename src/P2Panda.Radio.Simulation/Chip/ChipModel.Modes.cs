using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Chip;

/// <content>Operating modes (datasheet 4.1.6) and what the modem does in them.</content>
public sealed partial class ChipModel
{
    private const int ModeSleep = 0;
    private const int ModeStandby = 1;
    private const int ModeTransmit = 3;
    private const int ModeReceiveContinuous = 5;
    private const int ModeReceiveSingle = 6;
    private const int ModeActivityDetection = 7;
    private const int LowFrequencyEdgeHz = 525_000_000;

    private Operation _operationKind;
    private TimeSpan _operationBegan;
    private Listening? _listening;
    private double _temperatureRead;

    private enum Operation
    {
        None,
        ReceiveTimeout,
        ActivityDetection,
    }

    private ModemRegisters Modem => new(_options.Variant, _registers);

    private void WriteMode(byte value)
    {
        var current = _registers[0x01];
        var mode = value & 7;
        var switches = ((value ^ current) & LongRangeMode) != 0;
        if (switches && (current & 7) != ModeSleep && mode != ModeSleep)
        {
            Violate($"LongRangeMode was changed outside sleep (mode register {current:X2}, written {value:X2}).");
            value ^= LongRangeMode;
            switches = false;
        }

        if (_options.Variant == ChipVariant.Sx1276)
            value = KeepLowFrequencyBit(value, switches);
        if (!switches && mode == (current & 7))
        {
            _registers[0x01] = value;
            return;
        }

        Leave(current & 7, mode);
        _shownMode = current;
        _modeShownAt = _ether.Now + _options.ModeReadBackDelay;
        _registers[0x01] = value;
        ModeEntered?.Invoke(value);
        Enter(mode);
        UpdateLines();
    }

    /// <summary>LowFrequencyModeOn is kept for each modem; a write that changes the modem does not set it.</summary>
    private byte KeepLowFrequencyBit(byte value, bool switches)
    {
        var lora = (value & LongRangeMode) != 0;
        var written = (value & LowFrequencyMode) != 0;
        if (!switches)
        {
            if (lora)
                _lowFrequencyLora = written;
            else
                _lowFrequencyFsk = written;
        }

        var kept = lora ? _lowFrequencyLora : _lowFrequencyFsk;
        return (byte)(kept ? value | LowFrequencyMode : value & ~LowFrequencyMode);
    }

    private void Leave(int mode, int next)
    {
        _operation.Cancel();
        _header.Cancel();
        _operationKind = Operation.None;
        if (mode == ModeTransmit)
            _station.AbortTransmission();
        if (mode is ModeReceiveContinuous or ModeReceiveSingle)
            _station.StopListening(next == ModeTransmit ? LossReason.HalfDuplex : LossReason.NotListening);
    }

    private void Enter(int mode)
    {
        switch (mode)
        {
            case ModeSleep:
                Array.Clear(_fifo);
                _registers.AsSpan(0x14, 4).Clear();
                break;
            case ModeTransmit when IsLora:
                BeginTransmission();
                break;
            case ModeReceiveContinuous or ModeReceiveSingle when IsLora:
                BeginReception(mode == ModeReceiveSingle);
                break;
            case ModeActivityDetection when IsLora:
                BeginActivityDetection();
                break;
            case 4 when !IsLora:
                if ((_fskPage[0x3B] & 1) == 0)
                    _temperatureRead = _options.TemperatureCelsius;
                break;
            case ModeTransmit when !IsLora:
                Violate("FSK transmission is not modelled.");
                break;
        }
    }

    private void BeginTransmission()
    {
        var modem = Modem;
        if (Unusable(modem, "transmit"))
            return;
        var length = _registers[0x22];
        if (length == 0)
        {
            Violate("A transmission of 0 bytes was begun.");
            return;
        }

        if (modem.TransmitContinuous)
            Violate("Continuous transmission is not modelled; one frame is sent.");
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = _fifo[(_registers[0x0E] + i) & 0xFF];
        var (boost, dbm) = modem.Power;
        // TX inversion is the complement of bit 0 of RegInvertIQ.
        var modulation = modem.Modulation(invertIq: (_registers[0x33] & 1) == 0);
        if ((_fault & ChipFault.Wedged) != 0)
            return;
        _station.BeginTransmission(new Emission(LatchedHz, modulation, boost ? dbm : dbm - _options.RfoLossDb), bytes);
    }

    private void BeginReception(bool single)
    {
        var modem = Modem;
        if (Unusable(modem, "receive"))
            return;
        NoteReceiverErrata(modem);
        Array.Clear(_fifo);
        _writePointer = _registers[0x0F];
        _headerSeen = false;
        if ((_fault & ChipFault.Wedged) != 0)
            return;
        _listening = ListeningFor(modem);
        if (single)
        {
            _operationKind = Operation.ReceiveTimeout;
            _operation.Set(LoraTiming.Symbol(_listening.Modulation) * modem.SymbolTimeout);
        }

        _station.Listen(_listening);
    }

    private void BeginActivityDetection()
    {
        var modem = Modem;
        if (Unusable(modem, "detect activity") || (_fault & ChipFault.Wedged) != 0)
            return;
        NoteReceiverErrata(modem);
        _listening = ListeningFor(modem);
        _operationKind = Operation.ActivityDetection;
        _operationBegan = _ether.Now;
        _operation.Set(LoraTiming.ActivityDetection(modem.SpreadingFactor, modem.BandwidthHz!.Value));
    }

    private Listening ListeningFor(ModemRegisters modem) => new(
        LatchedHz - modem.ReceiverShiftHz,
        modem.Modulation(invertIq: (_registers[0x33] & 0x40) != 0),
        _registers[0x22],
        _registers[0x23]);

    private bool Unusable(ModemRegisters modem, string what)
    {
        if (modem.Refusal is { } refusal)
        {
            Violate($"Asked to {what} with {refusal}.");
            return true;
        }

        if (modem.SpreadingFactor == 6)
        {
            if (!modem.ImplicitHeader)
                Violate("Spreading factor 6 has no explicit header (datasheet 4.1.1.2).");
            if ((_registers[0x31] & 7) != 5 || _registers[0x37] != 0x0C)
                Violate("Spreading factor 6 needs 5 in RegDetectOptimize and 0C in RegDetectionThreshold.");
        }
        else if ((_registers[0x31] & 7) != 3 || _registers[0x37] != 0x0A)
        {
            Violate("Spreading factors 7 to 12 need 3 in RegDetectOptimize and 0A in RegDetectionThreshold.");
        }

        return false;
    }

    private void NoteReceiverErrata(ModemRegisters modem)
    {
        if (_options.Variant != ChipVariant.Sx1276)
            return;
        var wide = modem.BandwidthHz == 500_000;
        var expected = LatchedHz >= LowFrequencyEdgeHz ? 0x64 : 0x7F;
        if (wide && (_registers[0x36] != 0x02 || _registers[0x3A] != expected))
            Violate("Receiving at 500 kHz without erratum 2.1: less sensitive.", erratum: true);
        if (!wide && _registers[0x36] == 0x02)
            Violate("Erratum 2.1 was left on below 500 kHz.", erratum: true);
        if (wide != modem.AutomaticIf)
            Violate("Erratum 2.3: automatic IF must be on at 500 kHz and off below.", erratum: true);
    }

    private void OperationDue()
    {
        var kind = _operationKind;
        _operationKind = Operation.None;
        switch (kind)
        {
            case Operation.ReceiveTimeout:
                // A frame that is coming in holds the time-out off (datasheet 4.1.5.1).
                if (_station.Locked is { } signal && signal.DetectedAt <= _ether.Now)
                    return;
                _station.StopListening(LossReason.NotListening);
                FallBackToStandby();
                Raise(RxTimeout);
                break;
            case Operation.ActivityDetection:
                var listening = _listening!;
                var span = LoraTiming.ActivityDetectionListening(listening.Modulation.SpreadingFactor, listening.Modulation.BandwidthHz);
                var detected = _station.DetectActivity(listening, _operationBegan, span);
                FallBackToStandby();
                Raise(detected ? CadDone | CadDetected : CadDone);
                break;
        }
    }

    private void FallBackToStandby()
    {
        _registers[0x01] = (byte)((_registers[0x01] & ~7) | ModeStandby);
        _modeShownAt = TimeSpan.Zero;
    }
}
