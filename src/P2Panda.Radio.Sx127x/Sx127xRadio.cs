using Iot.Device.Sx127x;
using P2Panda.Radio.Air.Radio;
using Chip = Iot.Device.Sx127x.Sx127x;

namespace P2Panda.Radio.Sx127x;

/// <summary>
/// An SX127x as a radio: it sees to interrupts, takes lost ones up by watchdog, and brings a chip that hangs, vanishes or forgets its
/// configuration up again. Works alike in real and in virtual time: whatever takes time is a timer of the <see cref="TimeProvider"/>.
/// </summary>
/// <remarks>
/// A command given while the chip is being brought up again is carried out when it is: a frame handed over then is sent, not lost.
/// Members may be called from any thread.
/// </remarks>
public sealed partial class Sx127xRadio : IRadio
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WatchdogSlack = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly Chip _chip;
    private readonly Sx127xRadioOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _watchdog;
    private readonly ITimer _poll;
    private readonly ITimer _health;
    private readonly ITimer _recoveryStep;
    private readonly List<Sx127xEvent> _chipEvents = [];
    private readonly Queue<RadioNotice> _notices = new();
    private IRadioEvents? _events;
    private RadioSettings? _settings;
    private Sx127xSettings? _chipSettings;
    private long _watchdogStart;
    private TimeSpan _watchdogSpan;
    private bool _serviceAgain;
    private bool _telling;

    /// <summary>A radio on a chip, which it disposes.</summary>
    public Sx127xRadio(Chip chip, Sx127xRadioOptions? options = null, TimeProvider? time = null)
    {
        _chip = chip ?? throw new ArgumentNullException(nameof(chip));
        _options = options ?? new Sx127xRadioOptions();
        _time = time ?? TimeProvider.System;
        _watchdog = Timer(OnWatchdog);
        _poll = Timer(() => OnInterrupt(lost: false));
        _health = Timer(OnHealthCheck);
        _recoveryStep = Timer(OnRecoveryStep);
        _chip.Interrupt += (_, _) => OnInterrupt(lost: false);
    }

    /// <inheritdoc/>
    public int MaxFrameLength => Chip.MaxPayloadLength;

    /// <inheritdoc/>
    public RadioState State { get; private set; }

    /// <summary>How many times the chip was brought up again.</summary>
    public long Recoveries { get; private set; }

    /// <summary>Interrupts whose edge never came and that a watchdog took up.</summary>
    public long LostInterrupts { get; private set; }

    /// <inheritdoc/>
    public void Start(RadioSettings settings, IRadioEvents events)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(events);
        lock (_gate)
        {
            StopTimers();
            _recovery = null;
            _pendingFrame = null;
            State = RadioState.Off;
            var chipSettings = settings.ToChip(_options);
            Guard(() => _chip.Initialize(chipSettings));
            _events = events;
            _settings = settings;
            _chipSettings = chipSettings;
            State = RadioState.Standby;
            if (_options.HealthCheckInterval is { } interval)
                _health.Change(interval, interval);
        }
    }

    /// <inheritdoc/>
    public void Configure(RadioSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        lock (_gate)
        {
            if (!IsUsable())
                return;
            if (State is not (RadioState.Standby or RadioState.Receiving))
                throw new InvalidOperationException($"The radio is {State}; settings change in standby or while receiving.");
            var chipSettings = settings.ToChip(_options);
            if (_recovery is null)
                Guard(() => _chip.Configure(chipSettings));
            else
                CheckSettings(chipSettings);
            _settings = settings;
            _chipSettings = chipSettings;
            State = RadioState.Standby;
            _poll.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Receive() => Command(RadioState.Receiving, _chip.ReceiveContinuous);

    /// <inheritdoc/>
    public void Standby() => Command(RadioState.Standby, _chip.Standby);

    /// <inheritdoc/>
    public void DetectActivity()
    {
        Command(RadioState.DetectingActivity, () =>
        {
            _chip.DetectActivity();
            // A detection takes two to three symbols.
            Watch(_chipSettings!.SymbolTime * 4);
        });
    }

    /// <inheritdoc/>
    public void Transmit(ReadOnlySpan<byte> frame)
    {
        if (frame.Length is 0 or > Chip.MaxPayloadLength)
            throw new ArgumentException($"A frame has 1 to {Chip.MaxPayloadLength} bytes, not {frame.Length}.", nameof(frame));
        lock (_gate)
        {
            if (!IsUsable())
                return;
            if (State == RadioState.Transmitting)
                throw new InvalidOperationException("A transmission is under way.");
            var before = State;
            State = RadioState.Transmitting;
            if (_recovery is not null)
            {
                _pendingFrame = frame.ToArray();
            }
            else
            {
                try
                {
                    BeginTransmission(frame);
                }
                catch (InvalidOperationException)
                {
                    // The chip's own limit above 17 dBm; nothing was touched.
                    State = before;
                    throw;
                }
            }

            ServiceIfAsked();
        }

        TellNotices();
    }

    /// <inheritdoc/>
    public double? CurrentRssiDbm()
    {
        lock (_gate)
        {
            return State == RadioState.Receiving && _recovery is null ? Try(_chip.CurrentRssiDbm, null) : null;
        }
    }

    /// <inheritdoc/>
    public bool IsReceivingFrame()
    {
        lock (_gate)
        {
            return State == RadioState.Receiving && _recovery is null && Try(_chip.IsReceivingPacket, false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_events is not null && _recovery is null && State is not (RadioState.Off or RadioState.Failed))
            {
                try
                {
                    _chip.Sleep();
                }
                catch (IOException)
                {
                    // A chip that is gone need not be put to sleep.
                }
            }

            State = RadioState.Off;
            _events = null;
            StopTimers();
            _watchdog.Dispose();
            _poll.Dispose();
            _health.Dispose();
            _recoveryStep.Dispose();
        }

        _chip.Dispose();
    }

    private ITimer Timer(Action callback) =>
        _time.CreateTimer(_ => callback(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void StopTimers()
    {
        foreach (var timer in (ReadOnlySpan<ITimer>)[_watchdog, _poll, _health, _recoveryStep])
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void Command(RadioState state, Action act)
    {
        lock (_gate)
        {
            if (!IsUsable())
                return;
            _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (State == RadioState.Transmitting)
                _pendingFrame = null;
            State = state;
            if (_recovery is null)
                Attempt(act);
            ServiceIfAsked();
        }

        TellNotices();
    }

    private void BeginTransmission(ReadOnlySpan<byte> frame)
    {
        try
        {
            _chip.Transmit(frame);
            // 1.5 times the time on air: LoRaMac resets the chip then, others wait for ever.
            Watch(_chipSettings!.TimeOnAir(frame.Length) * 1.5);
            KeepPolling();
        }
        catch (IOException failure)
        {
            Recover($"The bus failed while a frame was handed over: {failure.Message}");
        }
    }

    private void Attempt(Action act)
    {
        try
        {
            act();
            KeepPolling();
        }
        catch (IOException failure)
        {
            Recover($"The bus failed: {failure.Message}");
        }
    }

    private T Try<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (IOException failure)
        {
            Recover($"The bus failed: {failure.Message}");
            return otherwise;
        }
    }

    private void Watch(TimeSpan span)
    {
        _watchdogStart = _time.GetTimestamp();
        _watchdogSpan = span + WatchdogSlack;
        _watchdog.Change(_watchdogSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Without an interrupt line the chip is asked about every two symbols while it does something.</summary>
    private void KeepPolling()
    {
        if (_chip.HasInterruptLine)
            return;
        if (State is RadioState.Standby)
        {
            _poll.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var interval = _chipSettings!.SymbolTime * 2;
        interval = interval < ShortestPoll ? ShortestPoll : interval > LongestPoll ? LongestPoll : interval;
        _poll.Change(interval, interval);
    }

    /// <summary>Whether commands reach the chip. A radio may fail while a command is on its way, which is nobody's mistake.</summary>
    private bool IsUsable() =>
        _events is null ? throw new InvalidOperationException("Start the radio first.") : State != RadioState.Failed;

    private void CheckSettings(Sx127xSettings settings)
    {
        var wrong = settings.Validate(_chip.Family);
        if (wrong.Count > 0)
            throw new RadioException(string.Join(" ", wrong));
    }

    private static void Guard(Action act)
    {
        try
        {
            act();
        }
        catch (Exception refusal) when (refusal is IOException or ArgumentException or UnauthorizedAccessException)
        {
            throw new RadioException(refusal.Message, refusal);
        }
    }
}
