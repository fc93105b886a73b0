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
    /// <summary>Entries taken from the change feed at a time.</summary>
    private const int FeedPage = 64;

    /// <summary>Entries heard but not yet seen in the change feed that are remembered as heard.</summary>
    private const int MaxHeardPending = 4096;

    /// <summary>Heard bursts that are kept while the store is away.</summary>
    private const int MaxUnstored = 256;

    /// <summary>
    /// How long the radio's thread waits for an append: longer than a disk takes. What takes longer is waited for beside the radio, and what
    /// is heard meanwhile is kept.
    /// </summary>
    private static readonly TimeSpan AppendPatience = TimeSpan.FromMilliseconds(250);

    /// <summary>Pause before a store that failed is tried again.</summary>
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    /// <summary>How often the place in the change feed is written down; after a crash so much may be offered to the mesh again.</summary>
    private static readonly TimeSpan FeedMarkInterval = TimeSpan.FromSeconds(30);

    /// <summary>Changes of the store that the mesh is told of at the start as having come last.</summary>
    private const int MaxRecent = 128;

    /// <summary>How often entries that are only carried are looked over for old ones.</summary>
    private static readonly TimeSpan PruneInterval = TimeSpan.FromHours(1);

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
                WriteMarks();
                _ledger.Flush(Now);
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
    }

    private void Store(HeardEntries heard)
    {
        if (_isStoring)
        {
            Keep(heard);
            return;
        }

        try
        {
            var storing = new Storing(heard, Begin(heard));
            if (storing.IsDoneWithin(AppendPatience))
            {
                Finish(storing);
                return;
            }

            _isStoring = true;
            Counters.AppendsOverdue++;
            LogStoreSlow(AppendPatience.TotalMilliseconds);
            _ = FinishLaterAsync(storing);
        }
        catch (StoreException failure)
        {
            Keep(heard);
            NoteStoreAway(failure);
        }
    }

    /// <summary>For the next try; beyond the bound neighbours say it again when asked.</summary>
    private void Keep(HeardEntries heard)
    {
        if (_unstored.Count < MaxUnstored)
        {
            _unstored.Enqueue(heard);
        }
        else
        {
            Counters.BurstsDropped++;
        }
    }

    private async Task FinishLaterAsync(Storing storing)
    {
        await storing.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _isStoring = false;
            try
            {
                Finish(storing);
            }
            catch (StoreException failure)
            {
                Keep(storing.Heard);
                NoteStoreAway(failure);
            }

            Pump();
        }
    }

    private void NoteStoreAway(StoreException failure)
    {
        Counters.StoreFailures++;
        LogStoreAway(failure.Message);
        _storeRetryAt = Now + StoreRetry;
        WakeAt(_storeRetryAt);
    }

    private List<AppendUnderWay> Begin(HeardEntries heard)
    {
        var appends = new List<AppendUnderWay>();
        foreach (var group in Enumerable.Range(0, heard.Entries.Count).GroupBy(index => _filter.Decide(heard.Entries[index].Log)))
        {
            List<int> places = [.. group];
            if (group.Key == CarryDecision.Ignore)
            {
                Counters.EntriesIgnored += places.Count;
                continue;
            }

            appends.Add(Begin(places.ConvertAll(place => heard.Entries[place]), places, group.Key));
        }

        return appends;
    }

    private AppendUnderWay Begin(List<VerifiedEntry> entries, List<int> places, CarryDecision decision)
    {
        // Remembered before the append: the change feed will show these entries and they are not this node's news.
        foreach (var entry in entries.Where(_ => _heardPending.Count < MaxHeardPending))
        {
            _heardPending.Add(entry.Id);
        }

        var retention = decision == CarryDecision.Keep ? RetentionClass.Kept : RetentionClass.Carried;
        return new AppendUnderWay(places, entries, _store.AppendAsync(entries, EntryOrigin.Radio, retention).AsTask());
    }

    private void Finish(Storing storing)
    {
        // Those of logs that are not carried have no append.
        var fates = new EntryFate[storing.Heard.Entries.Count];
        Array.Fill(fates, EntryFate.Ignored);
        foreach (var append in storing.Appends)
        {
            var results = Count(append);
            for (var index = 0; index < results.Count; index++)
            {
                var fate = fates[append.Places[index]] = results[index].Outcome switch
                {
                    AppendOutcome.Appended => EntryFate.New,
                    AppendOutcome.Buffered => EntryFate.Waiting,
                    AppendOutcome.AlreadyStored => EntryFate.Known,
                    _ => EntryFate.Refused,
                };
                if (fate is EntryFate.Known or EntryFate.Refused)
                {
                    _heardPending.Remove(append.Entries[index].Id);
                }
            }
        }

        _mesh.Accept(storing.Heard, fates, Now);
    }

    /// <exception cref="StoreException">It failed.</exception>
    private IReadOnlyList<AppendResult> Count(AppendUnderWay append)
    {
        var results = append.Task.GetAwaiter().GetResult();
        for (var index = 0; index < results.Count; index++)
        {
            Counters.Count(results[index].Outcome);
            if (results[index].IsRefused)
            {
                LogRefused(append.Entries[index].Log, append.Entries[index].SequenceNumber, results[index].Outcome);
            }
        }

        return results;
    }

    /// <summary>Counts what becomes of an append that nothing here depends on.</summary>
    private async Task CountLaterAsync(AppendUnderWay append)
    {
        await ((Task)append.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            CountOrNote(append);
        }
    }

    private void CountOrNote(AppendUnderWay append)
    {
        try
        {
            Count(append);
        }
        catch (StoreException failure)
        {
            NoteStoreAway(failure);
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

    private void ReadFeed()
    {
        var waiting = new List<VerifiedEntry>();
        while (Now >= _storeRetryAt && _mesh.HasRoom && _store.LastChange > _feed)
        {
            var page = Wait(_store.ReadChangesAsync(_feed, FeedPage));
            foreach (var change in page.Changes)
            {
                var (log, sequenceNumber) = (change.Entry.Log, change.Entry.SequenceNumber);
                if (change.Kind == StoreChangeKind.Forked)
                {
                    _mesh.Forked(log, Now);
                    continue;
                }

                Offer(change.Entry);
                waiting.AddRange(_mesh.NoteStored(log, sequenceNumber, Now));
            }

            _feed = page.ReadTo;
            if (waiting.Count > 0)
            {
                // Records that could not be rebuilt before: heard, and no news of this node's.
                foreach (var group in waiting.GroupBy(entry => _filter.Decide(entry.Log)).Where(group => group.Key != CarryDecision.Ignore))
                {
                    var append = Begin([.. group], [], group.Key);
                    if (append.Task.IsCompleted)
                    {
                        CountOrNote(append);
                    }
                    else
                    {
                        _ = CountLaterAsync(append);
                    }
                }

                waiting.Clear();
            }
        }

        var now = Now;
        if (now >= _pruneDue)
        {
            _pruneDue = now + PruneInterval;
            _ = PruneAsync();
        }

        if (now - _feedMarked >= FeedMarkInterval)
        {
            _feedMarked = now;
            WriteMarks();
        }
    }

    private async Task PruneAsync()
    {
        try
        {
            await _store.PruneAsync(_time.GetUtcNow() - _carriedFor).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            LogNotPruned(failure.Message);
        }
    }

    /// <summary>The desk first: what the feed has brought must be on it when the feed is not read again.</summary>
    private void WriteMarks()
    {
        _guestMarks.Write(_guests);
        _feedMark.Write(_feed);
    }

    private List<EntryPosition> ReadRecent()
    {
        var page = Wait(_store.ReadChangesAsync(Math.Max(0, _store.LastChange - MaxRecent), MaxRecent));
        return [.. page.Changes.Where(change => change.Kind != StoreChangeKind.Forked).Select(change => new EntryPosition(change.Entry.Log, change.Entry.SequenceNumber))];
    }

    /// <summary>Verified once more on its way out: what a failing disk has changed must not be broadcast.</summary>
    private VerifiedEntry? ReadVerified(LogKey log, ulong sequenceNumber)
    {
        if (_guests.LimitOf(log) < sequenceNumber || !_store.View.TryGetBytes(log, sequenceNumber, out var entry, out var payload))
        {
            return null;
        }

        var verification = BambooEntry.Verify(entry, payload ?? default);
        if (!verification.IsVerified)
        {
            Counters.EntriesDamaged++;
            LogDamaged(log, sequenceNumber, verification.Refusal);
        }

        return verification.Entry;
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The store is away and is tried again: {Reason}")]
    private partial void LogStoreAway(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store takes more than {Milliseconds} ms; the radio goes on and what it hears is kept until the store answers.")]
    private partial void LogStoreSlow(double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old entries of carried logs were not dropped, that is tried again in an hour: {Reason}")]
    private partial void LogNotPruned(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Radio failed: {Failure} ({State}).")]
    private partial void LogRadioFault(string failure, string state);

    [LoggerMessage(Level = LogLevel.Error, Message = "Stored entry {SequenceNumber} of log {Log} is damaged ({Reason}) and is not sent; check the disk.")]
    private partial void LogDamaged(LogKey log, ulong sequenceNumber, BambooRefusal reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Entry {SequenceNumber} of log {Log} heard by radio was refused: {Outcome}.")]
    private partial void LogRefused(LogKey log, ulong sequenceNumber, AppendOutcome outcome);
}
