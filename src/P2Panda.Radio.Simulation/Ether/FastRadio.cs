using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Simulation.Ether;

/// <summary>
/// A radio straight on the ether, without chip and driver: for scenarios of hundreds and thousands of nodes. It tells its user the same, at
/// the same instants, as the shipped driver on a chip model does; a test holds the two against each other.
/// </summary>
/// <remarks>
/// What it leaves out: faults, implicit headers of another length than the frame's, and the time the driver takes to bring the chip up. Use
/// it like any <see cref="IRadio"/>; the name is the station's on the ether.
/// </remarks>
public sealed class FastRadio : IRadio
{
    private const double FrequencyStepHz = 32_000_000.0 / (1 << 19);
    private const double LowFrequencyEdgeHz = 525_000_000;
    private const double HighestReportedSnrDb = 12;

    private readonly SimulatedEther _ether;
    private readonly EtherTimer _detection;
    private IRadioEvents? _events;
    private Listening? _listening;
    private LoraModulation _modulation = new() { SpreadingFactor = 7, BandwidthHz = 125_000 };
    private double _frequencyHz;
    private double _powerDbm;
    private TimeSpan? _detectionBegan;
    private long _operation;

    /// <summary>Puts a radio on an ether as station <paramref name="name"/>.</summary>
    public FastRadio(SimulatedEther ether, string name, double crystalErrorPpm = 0)
        : this(ether ?? throw new ArgumentNullException(nameof(ether)), ether.AddStation(name, crystalErrorPpm))
    {
    }

    /// <summary>Puts another radio behind an antenna whose last one is disposed: a gateway that was switched on again.</summary>
    public FastRadio(SimulatedEther ether, EtherStation station)
    {
        ArgumentNullException.ThrowIfNull(ether);
        ArgumentNullException.ThrowIfNull(station);
        _ether = ether;
        Station = station;
        Station.Owner = new Antenna(this);
        _detection = new EtherTimer(ether, EndDetection);
    }

    /// <summary>The antenna.</summary>
    public EtherStation Station { get; }

    /// <inheritdoc/>
    public int MaxFrameLength => 255;

    /// <inheritdoc/>
    public RadioState State { get; private set; }

    private double RssiOffsetDbm => _frequencyHz <= LowFrequencyEdgeHz ? -164 : -157;

    /// <inheritdoc/>
    public void Start(RadioSettings settings, IRadioEvents events)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(events);
        _events = events;
        State = RadioState.Standby;
        Take(settings);
    }

    /// <inheritdoc/>
    public void Configure(RadioSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        RequireStarted();
        if (State is not (RadioState.Standby or RadioState.Receiving))
            throw new InvalidOperationException($"The radio is {State}; settings change in standby or while receiving.");
        Act(RadioState.Standby, () => { });
        Take(settings);
    }

    /// <inheritdoc/>
    public void Receive() => Act(RadioState.Receiving, () => Station.Listen(_listening!));

    /// <inheritdoc/>
    public void Standby() => Act(RadioState.Standby, () => { });

    /// <inheritdoc/>
    public void DetectActivity() => Act(RadioState.DetectingActivity, () =>
    {
        _detectionBegan = _ether.Now;
        _detection.Set(LoraTiming.ActivityDetection(_modulation.SpreadingFactor, _modulation.BandwidthHz));
    });

    /// <inheritdoc/>
    public void Transmit(ReadOnlySpan<byte> frame)
    {
        if (frame.Length is 0 or > 255)
            throw new ArgumentException($"A frame has 1 to 255 bytes, not {frame.Length}.", nameof(frame));
        RequireStarted();
        if (State == RadioState.Transmitting)
            throw new InvalidOperationException("A transmission is under way.");
        var bytes = frame.ToArray();
        Act(RadioState.Transmitting, () => Station.BeginTransmission(new Emission(_frequencyHz, _modulation, _powerDbm), bytes));
    }

    /// <inheritdoc/>
    public double? CurrentRssiDbm()
    {
        if (State != RadioState.Receiving)
            return null;
        _ether.Enter();
        try
        {
            return Math.Round(Station.ChannelPowerDbm(_frequencyHz, _modulation.BandwidthHz) - RssiOffsetDbm) + RssiOffsetDbm;
        }
        finally
        {
            _ether.Exit();
        }
    }

    /// <inheritdoc/>
    public bool IsReceivingFrame() =>
        State == RadioState.Receiving && Station.Locked is { } signal && signal.DetectedAt <= _ether.Now;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (State != RadioState.Off)
            Act(RadioState.Standby, () => { });
        State = RadioState.Off;
        _events = null;
        _detection.Stop();
    }

    private void Take(RadioSettings settings)
    {
        if (!settings.Modulation.ExplicitHeader)
            throw new RadioException("The fast radio has explicit headers only.");
        _modulation = settings.Modulation with { LowDataRateOptimize = LoraTiming.LowDataRateOptimize(settings.Modulation) };
        // The synthesiser's nearest step, as the chip has it.
        _frequencyHz = Math.Round(settings.FrequencyHz / FrequencyStepHz) * FrequencyStepHz;
        _powerDbm = settings.PowerDbm;
        _listening = new Listening(_frequencyHz, _modulation);
    }

    private void RequireStarted()
    {
        if (_events is null)
            throw new InvalidOperationException("Start the radio first.");
    }

    private void Act(RadioState state, Action act)
    {
        RequireStarted();
        _ether.Enter();
        try
        {
            _operation++;
            _detection.Cancel();
            _detectionBegan = null;
            Station.AbortTransmission();
            Station.StopListening(state == RadioState.Transmitting ? LossReason.HalfDuplex : LossReason.NotListening);
            State = state;
            act();
        }
        finally
        {
            _ether.Exit();
        }
    }

    private void EndDetection()
    {
        var span = LoraTiming.ActivityDetectionListening(_modulation.SpreadingFactor, _modulation.BandwidthHz);
        var detected = Station.DetectActivity(_listening!, _detectionBegan!.Value, span);
        var operation = _operation;
        _ether.Notify(() =>
        {
            if (operation != _operation || _events is not { } events)
                return;
            State = RadioState.Standby;
            events.ActivityDetectionCompleted(detected);
        });
    }

    private ReceivedFrame Describe(Signal signal)
    {
        // The resolution of the chip's registers.
        var snr = (int)Math.Round(Math.Min(signal.SnrDb, HighestReportedSnrDb) * 4) / 4.0;
        var raw = snr >= 0
            ? Math.Clamp(Math.Round((signal.RssiDbm - RssiOffsetDbm) * 15 / 16), 0, 255) * 16 / 15.0
            : Math.Clamp(Math.Round(signal.RssiDbm - RssiOffsetDbm - snr), 0, 255) + snr;
        var error = signal.Transmission.CarrierHz - _frequencyHz * (1 + Station.CrystalErrorPpm / 1e6);
        var unit = (1 << 24) / 32_000_000.0 * (_modulation.BandwidthHz / 500_000.0);
        return new ReceivedFrame(signal.Transmission.Payload.ToArray(), RssiOffsetDbm + raw, snr, Math.Round(error / unit) * unit);
    }

    /// <summary>The radio's side of the antenna.</summary>
    private sealed class Antenna(FastRadio radio) : IStationOwner
    {
        public void TransmissionEnded(Transmission transmission)
        {
            var operation = radio._operation;
            radio._ether.Notify(() =>
            {
                if (operation != radio._operation || radio._events is not { } events)
                    return;
                radio.State = RadioState.Standby;
                events.TransmitCompleted();
            });
        }

        public void SignalLocked(Signal signal)
        {
        }

        public void ReceptionEnded(Signal signal, ReceptionOutcome outcome)
        {
            if (outcome == ReceptionOutcome.SyncLost)
                return;
            var sent = signal.Transmission.Emission.Modulation;
            var corrupted = outcome == ReceptionOutcome.PayloadDamaged || (radio._modulation.Crc && !sent.Crc);
            var frame = corrupted ? null : radio.Describe(signal);
            radio._ether.Notify(() =>
            {
                if (frame is null)
                    radio._events?.FrameCorrupted();
                else
                    radio._events?.FrameReceived(frame);
            });
        }
    }
}
