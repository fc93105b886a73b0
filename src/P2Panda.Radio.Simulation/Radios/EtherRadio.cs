using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Radios;

/// <summary>
/// A radio without a chip: commands go straight to a station of the ether. It hears, loses and detects what the register-level model
/// does, at a fraction of the work, for meshes of thousands of nodes.
/// </summary>
public sealed class EtherRadio : IRadio
{
    private readonly SimulatedEther _ether;
    private readonly EtherStation _station;
    private readonly EtherTimer _detection;
    private RadioSettings? _settings;
    private IRadioEvents? _events;
    private TimeSpan _detectionBegan;

    /// <summary>A radio at a new station of the ether.</summary>
    public EtherRadio(SimulatedEther ether, string name)
    {
        ArgumentNullException.ThrowIfNull(ether);
        _ether = ether;
        _station = ether.AddStation(name);
        _station.Owner = new Antenna(this);
        _detection = new EtherTimer(ether, EndDetection);
    }

    /// <summary>The radio's station.</summary>
    public EtherStation Station => _station;

    /// <inheritdoc/>
    public int MaxFrameLength => 255;

    /// <inheritdoc/>
    public RadioState State { get; private set; }

    /// <inheritdoc/>
    public void Start(RadioSettings settings, IRadioEvents events)
    {
        _events = events;
        _settings = settings;
        State = RadioState.Standby;
    }

    /// <inheritdoc/>
    public void Configure(RadioSettings settings)
    {
        Standby();
        _settings = settings;
    }

    /// <inheritdoc/>
    public void Receive() => Locked(() =>
    {
        _station.Listen(Listening);
        State = RadioState.Receiving;
        return 0;
    });

    /// <inheritdoc/>
    public void Transmit(ReadOnlySpan<byte> frame)
    {
        if (State == RadioState.Transmitting)
        {
            throw new InvalidOperationException("A transmission is under way.");
        }

        var bytes = frame.ToArray();
        var settings = _settings!;
        Locked(() =>
        {
            _detection.Cancel();
            State = RadioState.Transmitting;
            _station.BeginTransmission(new Emission(settings.FrequencyHz, settings.Modulation, settings.PowerDbm), bytes);
            return 0;
        });
    }

    /// <inheritdoc/>
    public void DetectActivity() => Locked(() =>
    {
        _station.StopListening(LossReason.NotListening);
        State = RadioState.DetectingActivity;
        _detectionBegan = _ether.Now;
        var modulation = _settings!.Modulation;
        _detection.Set(LoraTiming.ActivityDetection(modulation.SpreadingFactor, modulation.BandwidthHz));
        return 0;
    });

    /// <inheritdoc/>
    public void Standby() => Locked(() =>
    {
        _detection.Cancel();
        _station.AbortTransmission();
        _station.StopListening(LossReason.NotListening);
        State = RadioState.Standby;
        return 0;
    });

    /// <inheritdoc/>
    public double? CurrentRssiDbm() => State == RadioState.Receiving
        ? Locked(() => _station.ChannelPowerDbm(_settings!.FrequencyHz, _settings.Modulation.BandwidthHz))
        : null;

    /// <inheritdoc/>
    public bool IsReceivingFrame() => Locked(() => _station.Locked is { } signal && signal.DetectedAt <= _ether.Now);

    /// <inheritdoc/>
    public void Dispose()
    {
        Standby();
        State = RadioState.Off;
        _detection.Stop();
    }

    private T Locked<T>(Func<T> action)
    {
        _ether.Enter();
        try
        {
            return action();
        }
        finally
        {
            _ether.Exit();
        }
    }

    private Listening Listening => new(_settings!.FrequencyHz, _settings.Modulation);

    private void EndDetection()
    {
        var modulation = _settings!.Modulation;
        var detected = _station.DetectActivity(
            Listening, _detectionBegan, LoraTiming.ActivityDetectionListening(modulation.SpreadingFactor, modulation.BandwidthHz));
        State = RadioState.Standby;
        _ether.Notify(() => _events!.ActivityDetectionCompleted(detected));
    }

    private sealed class Antenna(EtherRadio radio) : IStationOwner
    {
        public void TransmissionEnded(Transmission transmission)
        {
            radio.State = RadioState.Standby;
            radio._ether.Notify(() => radio._events!.TransmitCompleted());
        }

        public void SignalLocked(Signal signal)
        {
        }

        public void ReceptionEnded(Signal signal, ReceptionOutcome outcome)
        {
            switch (outcome)
            {
                case ReceptionOutcome.Delivered:
                    var error = signal.Transmission.CarrierHz - (radio._settings!.FrequencyHz * (1 + (radio._station.CrystalErrorPpm / 1e6)));
                    var frame = new ReceivedFrame(signal.Transmission.Payload.ToArray(), signal.RssiDbm, signal.SnrDb, error);
                    radio._ether.Notify(() => radio._events!.FrameReceived(frame));
                    break;
                case ReceptionOutcome.PayloadDamaged:
                    radio._ether.Notify(() => radio._events!.FrameCorrupted());
                    break;
            }
        }
    }
}
