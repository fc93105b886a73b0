using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Chip;

/// <content>What the antenna tells the modem, and the registers that report it (datasheet 4.1.5, 4.1.6.5).</content>
public sealed partial class ChipModel
{
    private const double FrequencyErrorScale = 32_000_000.0 / (1 << 24);

    private byte _writePointer;
    private bool _headerSeen;

    private double RssiOffsetDbm =>
        _options.Variant == ChipVariant.Sx1272 ? -139 : LatchedHz <= LowFrequencyEdgeHz ? -164 : -157;

    private void HeaderDue()
    {
        if (_station.Locked is not { } signal || signal.DamagedFrom <= signal.Transmission.HeaderEnd)
            return;
        if (signal.Transmission.Length > _registers[0x23])
            return;
        HeaderIsValid(signal.Transmission);
    }

    private void HeaderIsValid(Transmission transmission)
    {
        _headerSeen = true;
        CountUp(0x14);
        var sent = transmission.Emission.Modulation;
        _registers[0x1C] = (byte)((_registers[0x1C] & ~0x40) | (sent.Crc ? 0x40 : 0));
        _registers[0x18] = (byte)((sent.CodingRateDenominator - 4) << 5);
        Raise(ValidHeader);
    }

    private void Receive(Signal signal, ReceptionOutcome outcome)
    {
        _header.Cancel();
        if (outcome == ReceptionOutcome.SyncLost)
        {
            if (Mode == ModeReceiveSingle)
            {
                // Losing a frame in the middle ends a single reception with its time-out (datasheet 4.1.5.1).
                _station.StopListening(LossReason.NotListening);
                FallBackToStandby();
                Raise(RxTimeout);
            }

            return;
        }

        var transmission = signal.Transmission;
        var sent = transmission.Emission.Modulation;
        if (sent.ExplicitHeader && !_headerSeen)
            HeaderIsValid(transmission);
        _headerSeen = false;
        var listening = _listening!;
        var crc = sent.ExplicitHeader ? sent.Crc : listening.Modulation.Crc;
        var length = sent.ExplicitHeader ? transmission.Length : listening.ImplicitLength;
        Store(transmission, length, outcome == ReceptionOutcome.PayloadDamaged);
        Report(signal, listening, crc);
        if (Mode == ModeReceiveSingle)
        {
            _station.StopListening(LossReason.NotListening);
            FallBackToStandby();
        }

        var damaged = outcome == ReceptionOutcome.PayloadDamaged && crc;
        if (!damaged)
            CountUp(0x16);
        Raise(damaged ? RxDone | PayloadCrcError : RxDone);
    }

    private void Store(Transmission transmission, int length, bool damage)
    {
        _registers[0x10] = _writePointer;
        _registers[0x13] = (byte)length;
        for (var i = 0; i < length; i++)
        {
            var value = i < transmission.Payload.Length ? transmission.Payload[i] : (byte)_noise.Next();
            // Some bytes of a damaged frame are wrong, not all; the first is, so that a missed CRC error shows.
            if (damage && (i == 0 || (_noise.Next() & 3) == 0))
                value ^= (byte)(1 + _noise.Next() % 255);
            _fifo[_writePointer++] = value;
        }

        _registers[0x25] = (byte)(_writePointer - 1);
    }

    private void Report(Signal signal, Listening listening, bool crc)
    {
        // The RSSI register depends on the SNR as it is reported, in quarters of a dB.
        var snr = Math.Clamp(Math.Round(Math.Min(signal.SnrDb, _options.HighestReportedSnrDb) * 4), -128, 127) / 4;
        _registers[0x19] = (byte)(sbyte)(snr * 4);
        var raw = snr >= 0 ? (signal.RssiDbm - RssiOffsetDbm) * 15 / 16 : signal.RssiDbm - RssiOffsetDbm - snr;
        _registers[0x1A] = (byte)Math.Clamp(Math.Round(raw), 0, 255);
        _registers[0x1C] = (byte)((_registers[0x1C] & ~0x40) | (crc ? 0x40 : 0));
        var centre = listening.FrequencyHz * (1 + _station.CrystalErrorPpm / 1e6);
        var error = signal.Transmission.CarrierHz - centre;
        var scale = _options.Variant == ChipVariant.Sx1272 ? 1 : 500_000.0 / listening.Modulation.BandwidthHz;
        var estimate = (int)Math.Round(error * FrequencyErrorScale * scale);
        _registers[0x28] = (byte)((estimate >> 16) & 0x0F);
        _registers[0x29] = (byte)(estimate >> 8);
        _registers[0x2A] = (byte)estimate;
    }

    private byte ModemStatus()
    {
        const byte Clear = 0x10;
        var codingRate = _registers[0x18] & 0xE0;
        if (!IsLora || Mode is not (ModeReceiveContinuous or ModeReceiveSingle))
            return (byte)(codingRate | Clear);
        if (_station.Locked is not { } signal || signal.DetectedAt > _ether.Now)
            return (byte)(codingRate | Clear);
        var status = codingRate | 0x01;
        if (signal.Transmission.PreambleEnd <= _ether.Now)
            status |= 0x06;
        if (_headerSeen)
            status |= 0x08;
        return (byte)status;
    }

    private byte RawChannelRssi()
    {
        // A receiver with settings that make no frame, or one that hangs, measures nothing.
        if (_listening is not { } listening)
            return 0;
        var power = _station.ChannelPowerDbm(listening.FrequencyHz, listening.Modulation.BandwidthHz);
        return (byte)Math.Clamp(Math.Round(power - RssiOffsetDbm), 0, 255);
    }

    private void CountUp(int address)
    {
        if (++_registers[address + 1] == 0)
            _registers[address]++;
    }

    /// <summary>The modem's side of the antenna.</summary>
    private sealed class Antenna(ChipModel chip) : IStationOwner
    {
        public void TransmissionEnded(Transmission transmission)
        {
            chip.FallBackToStandby();
            chip.Raise(TxDone);
        }

        public void SignalLocked(Signal signal)
        {
            chip._headerSeen = false;
            if (signal.Transmission.Emission.Modulation.ExplicitHeader)
                chip._header.Set(signal.Transmission.HeaderEnd - chip._ether.Now);
        }

        public void ReceptionEnded(Signal signal, ReceptionOutcome outcome) => chip.Receive(signal, outcome);
    }
}
