using Microsoft.Extensions.Logging;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Access;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Links;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Mesh.Filters;
using P2Panda.Radio.Node.Guests;
using P2Panda.Store;

namespace P2Panda.Radio.Node;

/// <summary>
/// One radio node: a store, a mesh, channel access and a radio wired together. What the store has newly appended goes to the mesh; what
/// the mesh rebuilds from the air goes into the store. Everything happens under one lock, on the thread that brought the news, in the
/// order it came; with a virtual <see cref="TimeProvider"/> a node is deterministic.
/// </summary>
public sealed partial class RadioNode : IRadioEvents, IDisposable
{
    /// <summary>Shortest time between two looks at the clock, so that a deadline in the past cannot keep a processor busy.</summary>
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly ILogStore _store;
    private readonly IRadio _radio;
    private readonly MeshNode _mesh;
    private readonly ChannelAccess _access;
    private readonly AirtimeLedger _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly RadioSettings _settings;
    private readonly FeedMark _feedMark;
    private readonly CounterRecovery _recovery;
    private readonly TimeSpan _airtimePerHour;
    private readonly CarryFilter _filter;
    private readonly TimeSpan _carriedFor;
    private readonly HashSet<EntryId> _heardPending = [];
    private readonly ITimer _timer;
    private readonly ChannelListener _listener;
    private readonly Queue<HeardEntries> _unstored = new();
    private TimeSpan _timerDue = TimeSpan.MaxValue;
    private long _feed;
    private TimeSpan _feedMarked;
    private TimeSpan _pruneDue;
    private TimeSpan _storeRetryAt = TimeSpan.MinValue;
    private bool _isStoring;
    private bool _pumping;
    private bool _running;

    /// <summary>Puts a node together; <see cref="Start"/> turns the radio on.</summary>
    /// <param name="options">Key, network, plan and manners.</param>
    /// <param name="store">Where entries come from and go to; not disposed.</param>
    /// <param name="radio">The radio; disposed with the node.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Chance, for waits and symbol ids; it decides nothing that must be secret.</param>
    /// <param name="log">Where failures are told.</param>
    /// <exception cref="IOException">The store's marks cannot be read.</exception>
    public RadioNode(
        RadioNodeOptions options, ILogStore store, IRadio radio, TimeProvider time, Random random, ILogger<RadioNode> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        _store = store;
        _filter = options.Mesh.Filter;
        _carriedFor = options.CarriedFor;
        _radio = radio;
        _time = time;
        _log = log;
        _settings = options.Plan.SettingsFor(options.Profile);
        if (options.Plan.TryPermit(_settings.FrequencyHz, _settings.Modulation.BandwidthHz, out var permit) is var reasons && permit is null)
        {
            throw new ArgumentException("The channel may not be used: " + string.Join("; ", reasons), nameof(options));
        }

        var hopping = permit.Rule.Hopping;
        if (hopping is not null)
        {
            // Receivers without a clock find a frame by its preamble.
            _settings = _settings with { Modulation = HopSequence.WithScanPreamble(_settings.Modulation, hopping) };
        }

        _listener = new ChannelListener(radio, _settings, hopping is null ? null : new HopScan(hopping, _settings));
        var capacity = ChannelCapacity.Of(permit, _settings.Modulation);
        if (capacity.Warning is { } warning)
        {
            LogLittleAirtime(options.Profile, warning);
        }

        _airtimePerHour = capacity.AirtimePerHour;
        OpenGuests(options);
        var mesh = options.Mesh with { AirtimePerHour = _airtimePerHour };
        if (_guestPolicy is not null)
        {
            // The policy decides what is too large and what guests may use; it can change while the node runs.
            mesh = mesh with { GuestShare = 1, MaxEntryBytes = LargestEntry };
        }

        var counter = new DurableBurstCounter(store.Marks, options.Key.PublicKey);
        _mesh = MeshParts.Create(
            options with { Mesh = mesh, Classify = entry => Classify(entry, options.Classify) },
            store,
            new AirLogView(store.View, _guests),
            counter,
            _settings.Modulation,
            permit.MaxTransmission,
            ReadVerified,
            ReadRecent(),
            random,
            Now);
        _recovery = new CounterRecovery(counter, _mesh, Now);
        if (_recovery.IsWaiting)
        {
            LogKeyRestored(CounterRecovery.Patience.TotalMinutes);
        }

        _mesh.OwnCounterSeen += seen => _recovery.Seen(seen, Now);
        ResumeUnfinished(options.Opening.Boot);
        _feedMark = new FeedMark(store.Marks);
        _feed = _feedMark.Read();
        _ledger = new AirtimeLedger(options.Plan, store.Marks, options.Opening, Now);
        _access = new ChannelAccess(
            _ledger, _settings, random, hopping is null ? null : new HopSequence(hopping, options.Key.PublicKey.Bytes, random.Next()));
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What has happened so far.</summary>
    public RadioNodeCounters Counters { get; } = new();

    /// <summary>The mesh part. Read its counters only while the node is at rest, or accept a torn reading.</summary>
    public MeshNode Mesh => _mesh;

    /// <summary>How neighbours are heard, the latest first.</summary>
    public IReadOnlyList<LinkEstimate> Links
    {
        get
        {
            lock (_gate)
            {
                return _mesh.Links.All();
            }
        }
    }

    /// <summary>What is known about the spreading of a stored entry: who is known to hold it, how often it was sent and overheard.</summary>
    public EntryReceipt Receipt(LogKey log, ulong sequenceNumber)
    {
        lock (_gate)
        {
            return _mesh.Receipt(log, sequenceNumber);
        }
    }

    /// <summary>How often each reason to refuse what was heard was met.</summary>
    public RefusalCounters Refusals => _mesh.Refusals;

    /// <summary>Share of the symbols heard lately that was forged, 0 to 1.</summary>
    public double ForgedShare
    {
        get
        {
            lock (_gate)
            {
                return _mesh.ForgedShare;
            }
        }
    }

    /// <summary>Airtime used in the last hour for a class of traffic.</summary>
    public TimeSpan AirtimeUsed(TrafficClass trafficClass)
    {
        lock (_gate)
        {
            return _ledger.Shares.Used(trafficClass, Now);
        }
    }

    /// <summary>Reads what only a node at rest shows: it does nothing else meanwhile.</summary>
    /// <param name="read">Is given the node and the time on its clock; must not wait for anything.</param>
    public T ReadAtRest<T>(Func<RadioNode, TimeSpan, T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        lock (_gate)
        {
            return read(this, Now);
        }
    }

    /// <summary>Channel, modulation and power in use.</summary>
    public RadioSettings Settings => _settings;

    /// <summary>The airtime account.</summary>
    public AirtimeLedger Ledger => _ledger;

    /// <summary>What the radio is doing.</summary>
    public RadioState RadioState => _radio.State;

    // Since the machine started: the ledger compares readings across restarts of the program.
    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Turns the radio on and begins to listen and to send.</summary>
    /// <exception cref="RadioException">The radio does not answer or refuses the settings.</exception>
    public void Start()
    {
        _radio.Start(_settings, this);
        lock (_gate)
        {
            _running = true;
            Pump();
        }
    }

    /// <summary>Tells the node that the store has changed, so that it looks at the change feed now.</summary>
    public void StoreChanged()
    {
        lock (_gate)
        {
            Pump();
        }
    }

    /// <summary>Tells the node of every change of the store, for stores that others append to. Returns when cancelled.</summary>
    public async Task WatchStoreAsync(CancellationToken cancellation)
    {
        var seen = _store.LastChange;
        try
        {
            while (true)
            {
                await _store.WaitForChangesAsync(seen, cancellation).ConfigureAwait(false);
                seen = _store.LastChange;
                StoreChanged();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_guestPolicy is not null)
        {
            _guestPolicy.Changed -= OnGuestPolicyChanged;
        }

        lock (_gate)
        {
            if (_running)
            {
                _running = false;
                WriteLastMarks();
            }
        }

        _timer.Dispose();
        _radio.Dispose();
    }

    /// <inheritdoc/>
    void IRadioEvents.FrameReceived(ReceivedFrame frame)
    {
        lock (_gate)
        {
            var now = Now;
            Counters.FramesReceived++;
            _listener.FrameCame();
            _access.FrameHeard(now);
            Hear(frame, now);

            WithdrawNeedless();
            Pump();
        }
    }

    /// <inheritdoc/>
    void IRadioEvents.FrameCorrupted()
    {
        lock (_gate)
        {
            var now = Now;
            Counters.FramesCorrupted++;
            _listener.FrameCame();
            _access.FrameHeard(now);
            _mesh.HearNoise(now);
            WithdrawNeedless();
            Pump();
        }
    }

    private void WithdrawNeedless()
    {
        if (_mesh.IsTakenNeedless && _access.TryWithdraw())
        {
            _mesh.Withdraw();
        }
    }

    /// <inheritdoc/>
    void IRadioEvents.TransmitCompleted()
    {
        lock (_gate)
        {
            Counters.FramesSent++;
            _access.TransmitCompleted(Now);
            Pump();
        }
    }

    /// <inheritdoc/>
    void IRadioEvents.ActivityDetectionCompleted(bool detected)
    {
        lock (_gate)
        {
            var now = Now;
            if (!_listener.DetectionCompleted(detected, now))
            {
                _access.ActivityDetectionCompleted(detected, now);
            }

            Pump();
        }
    }

    /// <inheritdoc/>
    void IRadioEvents.Faulted(RadioFault fault)
    {
        lock (_gate)
        {
            Counters.RadioFaults++;
            LogRadioFault(fault.Message, fault.Recovered ? "recovered" : "NOT recovered");
            _listener.Reset(_settings);
            _access.Faulted(fault, Now);
            Pump();
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _timerDue = TimeSpan.MaxValue;
            Pump();
        }
    }

    private void Hear(ReceivedFrame frame, TimeSpan now)
    {
        HeardEntries? heard;
        try
        {
            heard = _mesh.Hear(frame, now);
        }
        catch (StoreException failure)
        {
            // It needed an entry that is not in memory; neighbours say it again when asked.
            NoteStoreAway(failure);
            return;
        }

        if (heard is not null)
        {
            Store(heard);
        }

        while (_mesh.TakeLate() is { } late)
        {
            Store(late);
        }
    }

    private void Pump()
    {
        // A radio that reports at once (as a simulated one may) re-enters; the loop that is already running goes on for it.
        if (!_running || _pumping)
        {
            return;
        }

        _pumping = true;
        try
        {
            _recovery.Poll(Now);
            for (var count = _unstored.Count; count > 0 && !_isStoring && Now >= _storeRetryAt; count--)
            {
                Store(_unstored.Dequeue());
            }

            ReadFeed();
            KeepUnfinished(Now);
            Drive();
        }
        catch (StoreException failure)
        {
            // A database may be restarted. The feed goes on where it stands.
            NoteStoreAway(failure);
        }
        finally
        {
            _pumping = false;
        }
    }

    private void Drive()
    {
        while (!_listener.IsDetecting)
        {
            var now = Now;
            ReleaseGuests(now);
            switch (_access.Next(now, _listener.IsHearing(now)))
            {
                case ChannelAction.Idle when _mesh.TryTake(now) is { } frame:
                    _access.Send(frame);
                    break;
                case ChannelAction.Idle:
                    WakeAt(_listener.Listen(_settings, now));
                    WakeAt(_mesh.NextDeadline);
                    return;
                case ChannelAction.WaitUntil wait:
                    WakeAt(_listener.Listen(_listener.Tuned, now));
                    WakeAt(wait.Until);
                    return;
                case ChannelAction.AwaitRadio:
                    return;
                case ChannelAction.DetectActivity detect:
                    _listener.Tune(detect.Settings);
                    _radio.DetectActivity();
                    return;
                case ChannelAction.MeasureRssi measure:
                    _listener.Listen(measure.Settings, now);
                    _access.RssiMeasured(_radio.CurrentRssiDbm(), now);
                    break;
                case ChannelAction.Transmit transmit:
                    _listener.Tune(transmit.Settings);
                    _radio.Transmit(transmit.Frame.Span);
                    return;
                case ChannelAction.Finished finished:
                    Counters.Count(finished.Outcome);
                    _mesh.Report(finished.Outcome, now);
                    _mesh.NoteAirtime(_ledger.Remaining(_settings, now) is { } left ? left / _airtimePerHour : 1);
                    ReadFeed();
                    break;
            }
        }
    }

    private void WakeAt(TimeSpan? deadline)
    {
        if (deadline is not { } due || due >= _timerDue)
        {
            return;
        }

        _timerDue = due;
        var delay = due - Now;
        _timer.Change(delay > ShortestSleep ? delay : ShortestSleep, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A node does one thing at a time: a store that has to reach a disk is waited for.</summary>
    private static T Wait<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The radio key came back from a backup: nothing is sent until a neighbour tells which burst counters it has used, for at most {Minutes} minutes.")]
    private partial void LogKeyRestored(double minutes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Profile {Profile}: {Warning}.")]
    private partial void LogLittleAirtime(string profile, string warning);

    [LoggerMessage(Level = LogLevel.Error, Message = "Radio failed: {Failure} ({State}).")]
    private partial void LogRadioFault(string failure, string state);
}
