namespace P2Panda.Radio.Simulation.Ether;

/// <summary>
/// An antenna with the analogue half of a radio: it sends, or it listens and locks onto the first frame it can hear. Chip models and fast
/// radios differ only in what they build on top of it. All members expect the ether to be locked.
/// </summary>
public sealed class EtherStation
{
    /// <summary>SNR in dB below which the demodulator loses a frame, for spreading factors 6 to 12 (datasheet table 13).</summary>
    private static readonly double[] DemodulationFloorDb = [-5, -7.5, -10, -12.5, -15, -17.5, -20];

    private readonly SimulatedEther _ether;
    private readonly List<Signal> _present = [];
    private readonly Dice _dice;
    private readonly EtherTimer _transmissionEnd;
    private Listening? _listening;
    private Signal? _locked;
    private Transmission? _sending;

    internal EtherStation(SimulatedEther ether, string name, int index, ulong seed, double crystalErrorPpm)
    {
        _ether = ether;
        Name = name;
        Index = index;
        CrystalErrorPpm = crystalErrorPpm;
        _dice = new Dice(seed);
        _transmissionEnd = new EtherTimer(ether, EndTransmission);
    }

    /// <summary>Name of the station.</summary>
    public string Name { get; }

    /// <summary>Error of the crystal in parts per million; shifts what is sent and what is heard.</summary>
    public double CrystalErrorPpm { get; }

    /// <summary>Frames sent.</summary>
    public long FramesSent { get; private set; }

    /// <summary>Time spent sending.</summary>
    public TimeSpan Airtime { get; private set; }

    internal int Index { get; }

    internal IStationOwner? Owner { get; set; }

    internal List<LinkState> Links { get; } = [];

    internal Dictionary<int, LinkState> LinkByReceiver { get; } = [];

    internal Signal? Locked => _locked;

    /// <summary>Whether the station is one of another process, of which only what arrives here is known.</summary>
    internal bool IsFar { get; init; }

    internal bool IsSending => _sending is not null;

    internal static bool IsAudible(double snrDb, int spreadingFactor) => snrDb >= DemodulationFloorDb[spreadingFactor - 6];

    internal Transmission BeginTransmission(Emission emission, byte[] bytes)
    {
        StopListening(LossReason.HalfDuplex);
        foreach (var signal in _present)
            signal.Reason = signal.Reason is LossReason.None or LossReason.NotListening ? LossReason.HalfDuplex : signal.Reason;
        FramesSent++;
        _sending = _ether.Begin(this, emission, bytes);
        _transmissionEnd.Set(_sending.Airtime);
        return _sending;
    }

    /// <summary>Plays a frame of a station of another process.</summary>
    internal void BeginFarTransmission(FarArrival arrival, EtherStation receiver)
    {
        AbortTransmission();
        FramesSent++;
        _sending = _ether.BeginFar(this, arrival, receiver);
        _transmissionEnd.Set(_sending.End - _ether.Now);
    }

    internal void AbortTransmission()
    {
        if (_sending is not { } transmission)
            return;
        _transmissionEnd.Cancel();
        _sending = null;
        transmission.Abort(_ether.Now);
        Airtime += transmission.Airtime;
        _ether.End(transmission);
    }

    internal void Listen(Listening listening)
    {
        StopListening(LossReason.NotListening);
        _listening = listening;
        foreach (var signal in _present)
        {
            if (signal.Transmission.LockDeadline >= _ether.Now && signal.Transmission.End > _ether.Now)
                TryLock(signal);
        }
    }

    internal void StopListening(LossReason why)
    {
        _listening = null;
        if (_locked is { } signal)
        {
            signal.Reason = why;
            _locked = null;
        }
    }

    internal void Arrive(Signal signal)
    {
        var start = signal.Transmission.Start;
        foreach (var other in _present)
        {
            if (other.Transmission.End <= start)
                continue;
            if (Destroys(signal, other))
                other.Damage(start);
            if (Destroys(other, signal) && other.Transmission.End > signal.Transmission.LockDeadline)
                signal.Damage(start);
        }

        _present.Add(signal);
        TryLock(signal);
    }

    internal void Depart(Signal signal)
    {
        _present.Remove(signal);
        var transmission = signal.Transmission;
        if (_locked != signal)
        {
            signal.Link.Counts.Count(transmission.WasAborted ? LossReason.Aborted
                : signal.Reason != LossReason.None ? signal.Reason
                : signal.IsDamaged ? LossReason.Collision
                : LossReason.NotListening);
            return;
        }

        _locked = null;
        var listening = _listening!;
        var sent = transmission.Emission.Modulation;
        var (outcome, reason) = Judge(signal, listening, sent);
        signal.Link.Counts.Count(reason);
        Owner?.ReceptionEnded(signal, outcome);
    }

    /// <summary>Power in a channel at this antenna, noise included, in dBm.</summary>
    internal double ChannelPowerDbm(double frequencyHz, int bandwidthHz)
    {
        var milliwatts = Math.Pow(10, _ether.NoiseFloorDbm(bandwidthHz) / 10);
        foreach (var signal in _present)
        {
            if (Overlap(signal.Transmission.CarrierHz, signal.Transmission.Emission.Modulation.BandwidthHz, frequencyHz, bandwidthHz))
                milliwatts += Math.Pow(10, signal.RssiDbm / 10);
        }

        return 10 * Math.Log10(milliwatts);
    }

    /// <summary>The verdict of an activity detection that began at an instant and listened for a span.</summary>
    internal bool DetectActivity(Listening listening, TimeSpan began, TimeSpan span)
    {
        // Three draws whatever happens, so that the dice do not depend on who is on the air.
        var miss = _dice.NextDouble() < _ether.Options.ActivityMissProbability;
        var falseAlarm = _dice.NextDouble() < _ether.Options.ActivityFalseAlarmProbability;
        var payload = _dice.NextDouble() < _ether.Options.ActivityPayloadProbability;
        var ended = began + span;
        var half = LoraTiming.Symbol(listening.Modulation) / 2;
        foreach (var signal in _present)
        {
            var transmission = signal.Transmission;
            var sent = transmission.Emission.Modulation;
            if (sent.SpreadingFactor != listening.Modulation.SpreadingFactor
                || sent.BandwidthHz != listening.Modulation.BandwidthHz
                || sent.InvertIq != listening.Modulation.InvertIq
                || Math.Abs(transmission.CarrierHz - Centre(listening)) >= 0.25 * sent.BandwidthHz
                || !IsAudible(signal.SnrDb, sent.SpreadingFactor))
                continue;
            var overlap = Min(ended, transmission.PreambleEnd) - Max(began, transmission.Start);
            if (overlap >= half)
            {
                if (!miss)
                    return true;
            }
            else if (payload && transmission.Start < ended)
            {
                return true;
            }
        }

        return falseAlarm;

        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
        static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
    }

    private static bool Overlap(double frequencyA, int bandwidthA, double frequencyB, int bandwidthB) =>
        Math.Abs(frequencyA - frequencyB) < (bandwidthA + bandwidthB) / 2.0;

    private static (ReceptionOutcome Outcome, LossReason Reason) Judge(Signal signal, Listening listening, Air.Modulation.LoraModulation sent)
    {
        var transmission = signal.Transmission;
        if (transmission.WasAborted)
            return (ReceptionOutcome.SyncLost, LossReason.Aborted);
        if (signal.IsDamaged)
        {
            var headerSurvived = !sent.ExplicitHeader ? signal.DamagedFrom > transmission.PreambleEnd : signal.DamagedFrom > transmission.HeaderEnd;
            return (headerSurvived ? ReceptionOutcome.PayloadDamaged : ReceptionOutcome.SyncLost, LossReason.Collision);
        }

        if (sent.ExplicitHeader && transmission.Length > listening.MaximumLength)
            return (ReceptionOutcome.SyncLost, LossReason.OtherSettings);
        if (LoraTiming.LowDataRateOptimize(sent) != LoraTiming.LowDataRateOptimize(listening.Modulation))
            return (ReceptionOutcome.PayloadDamaged, LossReason.OtherSettings);
        var implicitDiffers = !sent.ExplicitHeader
            && (transmission.Length != listening.ImplicitLength
                || sent.Crc != listening.Modulation.Crc
                || sent.CodingRateDenominator != listening.Modulation.CodingRateDenominator);
        return implicitDiffers ? (ReceptionOutcome.PayloadDamaged, LossReason.OtherSettings) : (ReceptionOutcome.Delivered, LossReason.None);
    }

    private void TryLock(Signal signal)
    {
        var transmission = signal.Transmission;
        var sent = transmission.Emission.Modulation;
        if (!IsAudible(signal.SnrDb, sent.SpreadingFactor))
        {
            signal.Reason = LossReason.OutOfRange;
            return;
        }

        if (_listening is not { } listening)
        {
            signal.Reason = IsSending ? LossReason.HalfDuplex : LossReason.NotListening;
            return;
        }

        signal.Reason = !listening.Hears(transmission.CarrierHz - (Centre(listening) - listening.FrequencyHz), sent) ? LossReason.OtherSettings
            : signal.Faded ? LossReason.RandomLoss
            : signal.IsDamaged ? LossReason.Collision
            : LossReason.None;
        if (signal.Reason != LossReason.None)
            return;
        if (_locked is { } held)
        {
            // A demodulator still in the preamble moves on to a signal that drowns the first one; later it does not.
            if (held.Transmission.LockDeadline < _ether.Now || !held.IsDamaged)
            {
                signal.Reason = LossReason.Collision;
                return;
            }

            held.Reason = LossReason.Collision;
        }

        _locked = signal;
        signal.DetectedAt = _ether.Now + LoraTiming.Symbol(sent) * 4;
        Owner?.SignalLocked(signal);
    }

    private double Centre(Listening listening) => listening.FrequencyHz * (1 + CrystalErrorPpm / 1e6);

    private bool Destroys(Signal strong, Signal weak)
    {
        var a = strong.Transmission.Emission.Modulation;
        var b = weak.Transmission.Emission.Modulation;
        if (!Overlap(strong.Transmission.CarrierHz, a.BandwidthHz, weak.Transmission.CarrierHz, b.BandwidthHz))
            return false;
        var sameChirp = a.SpreadingFactor == b.SpreadingFactor && a.BandwidthHz == b.BandwidthHz;
        return sameChirp
            ? weak.RssiDbm < strong.RssiDbm + _ether.Options.CaptureThresholdDb
            : strong.RssiDbm > weak.RssiDbm + _ether.Options.SpreadingFactorRejectionDb;
    }

    private void EndTransmission()
    {
        if (_sending is not { } transmission)
            return;
        _sending = null;
        Airtime += transmission.Airtime;
        _ether.End(transmission);
        Owner?.TransmissionEnded(transmission);
    }
}
