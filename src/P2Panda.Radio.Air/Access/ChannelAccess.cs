using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Air.Access;

/// <summary>
/// Takes one frame at a time from wish to antenna: books airtime, looks whether the channel is free, backs off, listens before talking
/// where the plan demands it, transmits. A state machine without I/O. All instants are readings of the monotonic clock that the
/// ledger uses.
/// </summary>
/// <remarks>
/// <para>
/// To drive it: give it a frame with <see cref="Send"/> when <see cref="IsIdle"/>. Then, and after every report and every timer, call
/// <see cref="Next"/> until it returns something that must be waited for, and do what it says. After anything but a transmission or a
/// detection under way the radio belongs in <see cref="IRadio.Receive"/>. Report what the radio raises:
/// <see cref="ActivityDetectionCompleted"/>, <see cref="TransmitCompleted"/>, <see cref="FrameHeard"/>, <see cref="Faulted"/>.
/// <see cref="ChannelAction.Finished"/> ends a frame.
/// </para>
/// <para>
/// Order: the airtime is booked first, because the booking may have to reach a disk and a channel seen free must be used at once. A
/// demodulator in the middle of a frame is waited for; a detection sees preambles only, so both are asked. After every
/// sign of traffic the frame waits a random number of slots out of a window that doubles from <see cref="FirstWindow"/> to
/// <see cref="LastWindow"/>; after <see cref="MaxAttempts"/> it is given back.
/// </para>
/// </remarks>
public sealed class ChannelAccess
{
    /// <summary>Slots of the first back-off window.</summary>
    public const int FirstWindow = 8;

    /// <summary>Slots of the widest back-off window.</summary>
    public const int LastWindow = 64;

    /// <summary>How often the channel may be found busy before a frame is given back.</summary>
    public const int MaxAttempts = 16;

    /// <summary>Samples below the threshold that listen before talk needs at least, however short the sensing time.</summary>
    public const int MinSamples = 3;

    /// <summary>The chip's RSSI is good to about this many dB; the threshold is lowered by it.</summary>
    public const double RssiMarginDb = 3;

    /// <summary>Waits for airtime up to this long are waited out here; longer ones are the mesh's to plan around.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Time between two readings of signal strength, and after the receiver started before the first.</summary>
    public static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(1);

    private static readonly ChannelAction.Idle IdleAction = new();
    private static readonly ChannelAction.AwaitRadio AwaitRadioAction = new();

    private readonly AirtimeLedger _ledger;
    private readonly Random _random;
    private readonly HopSequence? _hops;
    private readonly RadioSettings _home;
    private RadioSettings _settings;
    private TimeSpan _slot;
    private TimeSpan _longest;

    private State _state = State.Idle;
    private OutgoingFrame? _frame;
    private AirtimeReservation? _reservation;
    private SendOutcome? _outcome;
    private TimeSpan _until;
    private TimeSpan _lastTraffic = TimeSpan.MinValue;
    private TimeSpan? _receivingSince;
    private TimeSpan? _clearSince;
    private int _samples;
    private int _attempts;

    /// <summary>Channel access for one radio.</summary>
    /// <param name="ledger">Books the airtime.</param>
    /// <param name="settings">Channel and power, from <see cref="StationPlan.SettingsFor"/>.</param>
    /// <param name="random">Source of back-off.</param>
    /// <param name="hops">Channels to hop over, where the plan demands it.</param>
    public ChannelAccess(AirtimeLedger ledger, RadioSettings settings, Random random, HopSequence? hops = null)
    {
        _ledger = ledger;
        _random = random;
        _hops = hops;
        _home = settings;
        _settings = settings;
        Tune(settings);
    }

    private enum State
    {
        Idle,
        Booking,
        Waiting,
        Listening,
        Detecting,
        Sampled,
        Ready,
        Transmitting,
        Done,
    }

    /// <summary>Whether a frame may be given.</summary>
    public bool IsIdle => _state == State.Idle;

    /// <summary>Whether the frame is on the air or so close to it that it cannot be taken back.</summary>
    public bool IsTransmitting => _state == State.Transmitting;

    /// <summary>Channel and power of the frame under way, or of the next.</summary>
    public RadioSettings Settings => _settings;

    /// <summary>Detections and sensings that found the channel busy.</summary>
    public long Busy { get; private set; }

    /// <summary>Gives a frame.</summary>
    /// <exception cref="InvalidOperationException">The one before has not met its end.</exception>
    public void Send(OutgoingFrame frame)
    {
        if (_state != State.Idle)
        {
            throw new InvalidOperationException("A frame is under way.");
        }

        ArgumentOutOfRangeException.ThrowIfZero(frame.Bytes.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame.Bytes.Length, 255);
        _frame = frame;
        _attempts = 0;
        if (_hops is not null)
        {
            Tune(_home with { FrequencyHz = _hops.Next() });
        }

        _state = State.Booking;
    }

    /// <summary>Takes the frame back unless it is being transmitted or has met its end. Its airtime is free again.</summary>
    /// <returns>Whether it was taken back.</returns>
    public bool TryWithdraw()
    {
        if (_state is State.Idle or State.Transmitting or State.Done)
        {
            return false;
        }

        ReleaseAirtime();
        _frame = null;
        _state = State.Idle;
        return true;
    }

    /// <summary>What is to be done now.</summary>
    /// <param name="now">Monotonic time.</param>
    /// <param name="receivingFrame"><see cref="IRadio.IsReceivingFrame"/>.</param>
    public ChannelAction Next(TimeSpan now, bool receivingFrame)
    {
        _receivingSince = receivingFrame ? _receivingSince ?? now : null;
        while (true)
        {
            switch (_state)
            {
                case State.Idle:
                    return IdleAction;
                case State.Booking:
                    Book(now);
                    break;
                case State.Waiting when now < _until:
                case State.Sampled when now < _until:
                    return new ChannelAction.WaitUntil(_until);
                case State.Waiting:
                    _state = _reservation is null ? State.Booking : State.Listening;
                    break;
                case State.Listening when IsHearing(now):
                    WaitUntil(now + (2 * _slot));
                    break;
                case State.Listening when _attempts == 0 && OthersMaySpeak(now):
                    _lastTraffic = TimeSpan.MinValue;
                    WaitUntil(now + RandomSlots(FirstWindow));
                    break;
                case State.Listening:
                    _state = State.Detecting;
                    return new ChannelAction.DetectActivity(_settings);
                case State.Detecting:
                case State.Transmitting:
                    return AwaitRadioAction;
                case State.Sampled when IsHearing(now):
                    BackOff(now);
                    break;
                case State.Sampled:
                    return new ChannelAction.MeasureRssi(_settings);
                case State.Ready:
                    _state = State.Transmitting;
                    return new ChannelAction.Transmit(_frame!.Bytes, _settings);
                default:
                    var finished = new ChannelAction.Finished(_frame!, _outcome!);
                    (_frame, _outcome, _state) = (null, null, State.Idle);
                    return finished;
            }
        }
    }

    /// <summary>The detection asked for is over.</summary>
    public void ActivityDetectionCompleted(bool detected, TimeSpan now)
    {
        if (_state != State.Detecting)
        {
            return;
        }

        if (detected)
        {
            BackOff(now);
        }
        else if (_reservation!.Permit.Rule.Access is not null)
        {
            // The receiver has only just started: its first reading would be of the time before.
            (_state, _clearSince, _samples, _until) = (State.Sampled, null, 0, now + SampleInterval);
        }
        else
        {
            _state = State.Ready;
        }
    }

    /// <summary>The reading asked for, or none when the radio could not give one.</summary>
    public void RssiMeasured(double? dbm, TimeSpan now)
    {
        if (_state != State.Sampled)
        {
            return;
        }

        var rule = _reservation!.Permit.Rule.Access!;
        if (dbm is { } reading)
        {
            // Thresholds are meant at the antenna; the cable has taken its part.
            if (reading + _ledger.Plan.Setup.CableLossDb > rule.ThresholdDbm - RssiMarginDb)
            {
                BackOff(now);
                return;
            }

            _clearSince ??= now;
            _samples++;
            if (_samples >= MinSamples && now - _clearSince >= rule.Sensing)
            {
                _state = State.Ready;
                return;
            }
        }

        (_state, _until) = (State.Sampled, now + SampleInterval);
    }

    /// <summary>A frame, good or corrupt, has been received: others may be about to answer it.</summary>
    public void FrameHeard(TimeSpan now) => _lastTraffic = now;

    /// <summary>The transmission asked for is over.</summary>
    public void TransmitCompleted(TimeSpan now)
    {
        if (_state == State.Transmitting)
        {
            Complete(now, new SendOutcome.Sent(_reservation!.Airtime));
        }
    }

    /// <summary>The radio failed. What was being sent counts as sent; what was not yet is tried again when the radio is back.</summary>
    public void Faulted(RadioFault fault, TimeSpan now)
    {
        if (_state == State.Transmitting)
        {
            Complete(now, new SendOutcome.Lost(_reservation!.Airtime));
        }
        else if (_state is State.Detecting or State.Sampled or State.Ready)
        {
            BackOff(now);
        }
    }

    private void Book(TimeSpan now)
    {
        var request = new AirtimeRequest
        {
            Settings = _settings,
            Airtime = TimeOnAir.Of(_settings.Modulation, _frame!.Bytes.Length),
            Class = _frame.Class,
            Author = _frame.Author,
        };
        switch (_ledger.TryReserve(request, now))
        {
            case AirtimeAnswer.Granted granted:
                (_reservation, _state) = (granted.Reservation, State.Listening);
                break;
            case AirtimeAnswer.Wait wait when wait.Until > now && wait.Until - now <= Patience:
                WaitUntil(wait.Until);
                break;
            case AirtimeAnswer.Wait wait:
                GiveBack(new SendOutcome.OutOfAirtime(wait.Until, wait.Rule));
                break;
            case AirtimeAnswer.Refused refused:
                GiveBack(new SendOutcome.Refused(refused.Reason, refused.Message));
                break;
        }
    }

    // Whoever heard the last frame may want to speak now, all at once.
    private bool OthersMaySpeak(TimeSpan now) => _lastTraffic > TimeSpan.MinValue && now - _lastTraffic < FirstWindow * _slot;

    // A demodulator that claims to be receiving for longer than any frame lasts is stuck and not believed.
    private bool IsHearing(TimeSpan now)
    {
        if (_receivingSince is not { } since || now - since > _longest)
        {
            return false;
        }

        _lastTraffic = now;
        return true;
    }

    private void BackOff(TimeSpan now)
    {
        Busy++;
        _attempts++;
        if (_attempts >= MaxAttempts)
        {
            GiveBack(new SendOutcome.ChannelBusy(_attempts));
            return;
        }

        var window = Math.Min(LastWindow, FirstWindow << Math.Min(_attempts - 1, 8));
        WaitUntil(now + _slot + RandomSlots(window));
    }

    private TimeSpan RandomSlots(int window) => TimeSpan.FromTicks((long)(_random.NextDouble() * window * _slot.Ticks));

    private void WaitUntil(TimeSpan until) => (_state, _until) = (State.Waiting, until);

    private void Complete(TimeSpan now, SendOutcome outcome)
    {
        _ledger.Complete(_reservation!, now);
        _reservation = null;
        _outcome = outcome;
        _state = State.Done;
    }

    private void GiveBack(SendOutcome outcome)
    {
        ReleaseAirtime();
        (_outcome, _state) = (outcome, State.Done);
    }

    private void ReleaseAirtime()
    {
        if (_reservation is { } reservation)
        {
            _ledger.Cancel(reservation);
            _reservation = null;
        }
    }

    private void Tune(RadioSettings settings)
    {
        _settings = settings;
        _slot = ChannelTiming.Slot(settings.Modulation);
        _longest = ChannelTiming.LongestFrame(settings.Modulation);
    }
}
