using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Access;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Links;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh.Announcements;
using P2Panda.Radio.Mesh.Carousel;
using P2Panda.Radio.Mesh.Filters;
using P2Panda.Radio.Mesh.Neighbours;
using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Repair;
using P2Panda.Radio.Mesh.Speaking;
using P2Panda.Radio.Mesh.Traffic;
using P2Panda.Radio.Mesh.Wants;

namespace P2Panda.Radio.Mesh;

/// <summary>
/// Replication by broadcast, as a state machine without I/O. New entries go out at once as bursts; bursts heard are rebuilt, verified,
/// stored and repeated for neighbours who may not have heard. Announcements tell neighbours by a fingerprint whether they have the same;
/// what differs is found by sketches, asked for by wants and answered once for everybody who lacks it. Instants are readings of one
/// monotonic clock. Calls come one at a time.
/// </summary>
public sealed partial class MeshNode
{
    /// <summary>Length of the frame that delays are counted in: a chat line's.</summary>
    private const int TypicalFrameLength = 115;

    /// <summary>Entries of one log that are told apart in receipts when they come at once.</summary>
    private const ulong MaxChangesAtOnce = 256;

    private readonly MeshOptions _options;
    private readonly MeshStation _station;
    private readonly Random _random;
    private readonly TimeSpan _frame;
    private readonly SpeechQueue _queue;
    private readonly BurstMemory _memory = new();
    private readonly NeighbourTable _neighbours = new();
    private readonly LogSet _logs = new();
    private readonly List<PendingEntry> _batch = [];
    private readonly CarouselSchedule _carousel = new();
    private readonly WantBook _wants = new();
    private readonly TrickleTimer _trickle;
    private readonly AirtimeBudget _announceBudget;
    private readonly AirtimeBudget _repairBudget;
    private readonly AirtimeBudget _carouselBudget;
    private readonly ChangeHistory _changes = new();
    private BurstOnAir? _taken;
    private TimeSpan _takenAt;
    private TimeSpan _heardAt;
    private TimeSpan _answeredAt = TimeSpan.FromDays(-1);
    private TimeSpan _silentUntil;
    private TimeSpan _changedAt;
    private double _airtimeLeft = 1;

    /// <summary>A node that begins at <paramref name="now"/> with what is stored.</summary>
    public MeshNode(MeshOptions options, MeshStation station, Random random, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(station);
        _options = options;
        _station = station;
        _random = random;
        _frame = TimeOnAir.Of(station.Modulation, TypicalFrameLength);
        _queue = new SpeechQueue(options.MaxBursts);
        _quotas = new TrafficQuotas(options);
        _recent = new RecentEntries(station.Recent);
        Links = new LinkTable(station.Modulation.SpreadingFactor);
        _measuredLoss = options.AssumedLoss;
        _trickle = new TrickleTimer(options.AnnounceShortest, options.AnnounceRedundancy, random);
        _announceBudget = new AirtimeBudget(options.AirtimePerHour * options.AnnounceShare, now);
        _repairBudget = new AirtimeBudget(options.AirtimePerHour * options.RepairShare, now);
        _carouselBudget = new AirtimeBudget(options.AirtimePerHour * CarouselShare, now);
        foreach (var (log, height) in station.Logs.Heights())
        {
            if (Decide(log) == CarryDecision.Keep)
            {
                _logs.Set(log, new LogState(height));
            }

            if (options.Mode == MeshMode.Broadcast)
            {
                for (ulong sequenceNumber = 1; sequenceNumber <= height; sequenceNumber++)
                {
                    _carousel.Add(new EntryPosition(log, sequenceNumber));
                }
            }
        }

        _changedAt = now;
        _openUntil = station.MetBefore.Count > 0 ? now : now + Acquaintance;
        _trickle.Start(now);
        _identity = new IdentitySchedule(options.IdentityInterval, _frame, random);
        _identity.Start(now, station.MetBefore.Count > 0, _openUntil);
    }

    /// <summary>What the mesh has done so far.</summary>
    public MeshCounters Counters { get; } = new();

    /// <summary>Whether more entries may be offered; otherwise they wait in the store.</summary>
    public bool HasRoom => _queue.HasRoom && _batch.Count < _options.MaxBatch;

    /// <summary>Whether entries of class guest, and repairs of them, may be sent now; they wait otherwise.</summary>
    public bool MayGuestsSpeak { get; set; } = true;

    /// <summary>Entries and bursts of class guest that are on their way out for the first time.</summary>
    public int GuestsUnderWay => _batch.Count(entry => entry.Class == TrafficClass.Guest) + _queue.CountFirst(TrafficClass.Guest);

    /// <summary>Gateways heard lately.</summary>
    public int NeighbourCount => _neighbours.Count;

    /// <summary>When <see cref="TryTake"/> may have something next, or none.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            if (_options.Mode == MeshMode.Listen)
            {
                return null;
            }

            var next = _queue.NextDue(MayGuestsSpeak);
            next = Earlier(next, _batch.Count > 0 ? _batch.Min(entry => entry.DueAt) : TimeSpan.MaxValue);
            next = Earlier(next, _held.DueAt);
            next = Earlier(next, _identity.DueAt);
            if (_options.Mode == MeshMode.Broadcast)
            {
                next = Earlier(next, _carouselDue);
            }
            else
            {
                next = Earlier(next, _trickle.DueAt);
                next = Earlier(next, _reply?.DueAt ?? TimeSpan.MaxValue);
                next = Earlier(next, _wants.DueAt);
                next = Earlier(next, _desk.DueAt);
            }

            return next == TimeSpan.MaxValue ? null : next < _silentUntil ? _silentUntil : next;
        }
    }

    /// <summary>
    /// An entry of ours (or the internet's) is new to the store. It goes out at once when <see cref="MeshStation.Classify"/> and the shares
    /// of its author, its schema and its origin allow; otherwise it waits here.
    /// </summary>
    public void Offer(LogKey log, ulong sequenceNumber, TimeSpan now)
    {
        if (_options.Mode == MeshMode.Listen)
        {
            NoteChange(log, sequenceNumber, now);
            return;
        }

        if (Admit(log, sequenceNumber, now) is not { } trafficClass)
        {
            return;
        }

        NoteChange(log, sequenceNumber, now);
        PushSoon(log, sequenceNumber, trafficClass, now);
    }

    /// <summary>An entry whose turn and class were decided elsewhere: it goes out at once, unless something before it in its log is held here.</summary>
    public void Offer(LogKey log, ulong sequenceNumber, TrafficClass trafficClass, TimeSpan now)
    {
        if (_held.FirstOf(log) is { } first && first <= sequenceNumber)
        {
            return;
        }

        NoteChange(log, sequenceNumber, now);
        if (_options.Mode != MeshMode.Listen)
        {
            PushSoon(log, sequenceNumber, trafficClass, now);
        }
    }

    private void PushSoon(LogKey log, ulong sequenceNumber, TrafficClass trafficClass, TimeSpan now)
    {
        if (_options.Mode == MeshMode.Broadcast)
        {
            _carousel.Add(new EntryPosition(log, sequenceNumber));
            _carouselDue = Earlier(_carouselDue, now + _options.BatchDelay);
        }

        var due = trafficClass == TrafficClass.Urgent ? now : now + _options.BatchDelay;
        _batch.Add(new PendingEntry(new EntryPosition(log, sequenceNumber), trafficClass, due));
    }

    /// <summary>A log of ours is proved to be forked: it is frozen and never argued about again.</summary>
    public void Forked(LogKey log, TimeSpan now)
    {
        if (Decide(log) == CarryDecision.Keep && _logs.Set(log, LogState.Frozen))
        {
            _changedAt = now;
            _changes.Add(null);
        }
    }

    /// <summary>How much of the legal airtime is left, 0 to 1.</summary>
    public void NoteAirtime(double left) => _airtimeLeft = Math.Clamp(left, 0, 1);

    /// <summary>Says nothing until an instant: what has to wait for something outside of the mesh.</summary>
    public void StaySilent(TimeSpan until) => _silentUntil = until;

    /// <summary>How many neighbours are known to hold an entry.</summary>
    public int Holders(LogKey log, ulong sequenceNumber)
    {
        var change = _changes.Of(new EntryPosition(log, sequenceNumber));
        return _neighbours.All.Count(neighbour => neighbour.Holds(log, sequenceNumber, change));
    }

    /// <summary>The frame to send now, or none. The next one is given out after <see cref="Report"/>.</summary>
    public OutgoingFrame? TryTake(TimeSpan now)
    {
        if (_options.Mode == MeshMode.Listen || now < _silentUntil || _taken is not null)
        {
            return null;
        }

        Release(now);
        Push(now);
        AnnounceIdentity(now);

        if (_options.Mode == MeshMode.Broadcast)
        {
            TurnCarousel(now);
        }
        else
        {
            Announce(now);
            Reply(now);
            Ask(now);
            Repair(now);
        }

        while (_queue.Next(now, MayGuestsSpeak) is { } burst)
        {
            if (burst.Purpose is BurstPurpose.Relay && burst.IsCovered)
            {
                _queue.Remove(burst);
                Counters.RelaysCancelled++;
                continue;
            }

            _taken = burst;
            _takenAt = now;
            return new OutgoingFrame(burst.Burst.NextFrame(), burst.Class, burst.Author);
        }

        return null;
    }

    /// <summary>
    /// Whether the frame taken last has become needless while it waits for the channel, because others have said enough. It is then to be
    /// withdrawn, and <see cref="Withdraw"/> called instead of <see cref="Report"/>.
    /// </summary>
    public bool IsTakenNeedless => _taken is { } taken && taken.Purpose switch
    {
        BurstPurpose.Relay => taken.IsCovered,
        BurstPurpose.Talk => _queue.Find(taken.Burst.Key) != taken,
        BurstPurpose.Repair => _queue.Find(taken.Burst.Key) != taken || (!taken.IsUnderWay && _heardAt > _takenAt),
        _ => false,
    };

    /// <summary>The frame taken last was withdrawn before it was sent.</summary>
    public void Withdraw()
    {
        if (_taken is { } taken)
        {
            _taken = null;
            if (taken.Purpose == BurstPurpose.Repair && _queue.Find(taken.Burst.Key) == taken)
            {
                // Others waited for the same silence: chance decides who speaks first this time.
                var again = _heardAt + (_frame * (1 + (_options.AnswerWindowFrames * _random.NextDouble())));
                taken.DueAt = taken.DueAt < again ? again : taken.DueAt;
                return;
            }

            _queue.Remove(taken);
            Counters.RelaysCancelled += taken.Purpose == BurstPurpose.Relay ? 1 : 0;
        }
    }

    /// <summary>What became of the frame taken last.</summary>
    public void Report(SendOutcome outcome, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (_taken is not { } burst)
        {
            return;
        }

        _taken = null;
        switch (outcome)
        {
            case SendOutcome.Sent or SendOutcome.Lost:
                Spend(burst, now);
                _talk.Sent(burst.Burst.Kind);
                burst.IsUnderWay = true;
                _tags.Note(burst.Burst.Key.Tag, now);
                burst.FramesLeft--;
                burst.Spoken++;
                burst.DueAt = burst.Purpose == BurstPurpose.Repair ? now + GapAfter(burst) : now;
                _answeredAt = burst.Purpose == BurstPurpose.Repair ? now : _answeredAt;
                if (burst.FramesLeft <= 0)
                {
                    EndRound(burst, now);
                }

                break;
            case SendOutcome.OutOfAirtime outOfAirtime:
                _silentUntil = outOfAirtime.Until;
                break;
            case SendOutcome.ChannelBusy:
                burst.DueAt = now + (_frame * (1 + _random.NextDouble()));
                break;
            case SendOutcome.Refused:
                _queue.Remove(burst);
                Counters.BurstsRefused++;
                break;
        }
    }

    /// <summary>Pause after a frame of an answer. After the first it is long enough to hear who else began, unheard, at the same time.</summary>
    private TimeSpan GapAfter(BurstOnAir burst) => burst.Spoken == 1 && burst.FramesLeft > 1
        ? TimeOnAir.Of(_station.Modulation, burst.Burst.FrameLength) * (1 + _random.NextDouble())
        : _frame * _random.NextDouble();

    private CarryDecision Decide(LogKey log, VerifiedEntry? atHand = null) => _options.Filter.Decide(log, _station.Logs, atHand);

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>An entry has been stored, whatever way it came.</summary>
    /// <returns>Entries heard earlier that could not be rebuilt without it and now can; to be stored too.</returns>
    public IReadOnlyList<VerifiedEntry> NoteStored(LogKey log, ulong sequenceNumber, TimeSpan now)
    {
        NoteChange(log, sequenceNumber, now);
        return _station.Receiver.NoteStored(new EntryPosition(log, sequenceNumber));
    }

    private void NoteChange(LogKey log, ulong sequenceNumber, TimeSpan now)
    {
        _waiting.Remove(new EntryPosition(log, sequenceNumber));
        if (Decide(log) != CarryDecision.Keep || HeightOnAir(log) is not { } height ||
            _logs.StateOf(log) is { Forked: true } || (_logs.StateOf(log) is { } before && before.Height >= height))
        {
            return;
        }

        var isNew = _logs.StateOf(log) is null;
        var first = Math.Max((_logs.StateOf(log)?.Height ?? 0) + 1, height - Math.Min(height, MaxChangesAtOnce));
        var state = new LogState(height);
        if (!_logs.Set(log, state))
        {
            return;
        }

        for (var added = first; added <= height; added++)
        {
            _changes.Add(new EntryPosition(log, added));
            _recent.Add(new EntryPosition(log, added));
        }

        _changedAt = now;
        NoteProgress(now);
        _vainAnnouncements = 0;
        _trickle.Shorten(_options.AnnounceBusy, now);
        if (_wants.Grown(log, state, isNew, now + (_partial.HasAny ? _frame * PartialIdleFrames : _wants.MayBeLong ? LongPause : _frame * PatienceFrames)))
        {
            _partial.WantFulfilled();
            if (_wants.IsEmpty)
            {
                _partial.Forget();
            }
        }
    }

    private void Push(TimeSpan now)
    {
        if (_batch.Count == 0 || !_batch.Exists(entry => entry.DueAt <= now))
        {
            return;
        }

        // What is due takes along what would soon be, class by class.
        foreach (var group in _batch.GroupBy(entry => entry.Class).Where(group => group.Any(entry => entry.DueAt <= now)).ToList())
        {
            Speak([.. group.Select(entry => entry.Position)], BurstPurpose.Push, group.Key, now);
            Counters.Pushes++;
            _batch.RemoveAll(entry => entry.Class == group.Key);
        }
    }

    /// <summary>Queues bursts that carry entries.</summary>
    private void Speak(IReadOnlyList<EntryPosition> positions, BurstPurpose purpose, TrafficClass trafficClass, TimeSpan now)
    {
        var entries = new List<VerifiedEntry>(positions.Count);
        foreach (var position in positions)
        {
            if (purpose == BurstPurpose.Repair && positions.Count == 1 && _memory.FindSingle(position) is { } again)
            {
                Enqueue(again, purpose, trafficClass, FramesFor(again.Key.SourceSymbols, purpose), now, [position], []);
                return;
            }

            if (ReadEntry(position) is { } entry)
            {
                entries.Add(entry);
            }
        }

        var request = Request(purpose);
        var room = SymbolPlanner.MaxBurstLength(request) - Air.Sealing.BurstFormat.SealedOverhead;
        var lengths = entries.ConvertAll(entry => _station.Writer.RecordLength(entry) + 2);
        var bursts = (lengths.Sum() + room - 1) / room;
        for (var start = 0; start < entries.Count;)
        {
            // Bursts of like length: the last would else be one frame, of which nobody can miss a part and ask for it.
            var fill = Math.Min(room, (lengths.Skip(start).Sum() / Math.Max(1, bursts--)) + lengths.Max());
            var count = 1;
            var length = lengths[start];
            while (start + count < entries.Count && (length += lengths[start + count]) <= fill)
            {
                count++;
            }

            var group = entries.GetRange(start, count);
            start += count;
            var owners = purpose == BurstPurpose.Push ? group.ConvertAll(EntryOwner.Of) : [];
            var carried = group.ConvertAll(entry => new EntryPosition(entry.Log, entry.SequenceNumber));
            foreach (var burst in _station.Writer.WriteEntries(group, request, EncodingFor(purpose, group), trafficClass == TrafficClass.Urgent))
            {
                // Who asked asks for what it misses.
                var planned = burst.Plan?.Frames ?? FramesFor(burst.Key.SourceSymbols, purpose);
                var frames = purpose == BurstPurpose.Repair ? FramesToComplete(burst) : planned;
                Enqueue(burst, purpose, trafficClass, frames, now, carried, owners);
            }
        }
    }

    /// <summary>Who asks for the beginning of a log, or for much of one, may never have heard of its author and its schema.</summary>
    private static EncodeOptions EncodingFor(BurstPurpose purpose, List<VerifiedEntry> group) => new()
    {
        TermsAreNew = purpose == BurstPurpose.Carousel ||
            (purpose == BurstPurpose.Repair && (group.Count >= 4 || group.Exists(entry => entry.SequenceNumber == 1))),
    };

    private void Enqueue(
        OutgoingBurst burst,
        BurstPurpose purpose,
        TrafficClass trafficClass,
        int frames,
        TimeSpan due,
        IReadOnlyList<EntryPosition> entries,
        IReadOnlyList<EntryOwner> owners,
        double wrapping = 0)
    {
        var author = entries.Count > 0 && entries.All(entry => entry.Log.Author == entries[0].Log.Author) ? entries[0].Log.Author : default;
        if (frames <= 0)
        {
            return;
        }

        if (_queue.Find(burst.Key) is { } known)
        {
            known.FramesLeft = Math.Max(known.FramesLeft, frames);
            known.DueAt = Earlier(known.DueAt, due);
            return;
        }

        _queue.TryAdd(new BurstOnAir(burst, purpose, trafficClass, frames, due)
        {
            Author = entries.Count > 0 ? author : null,
            Entries = entries,
            Owners = owners,
            Wrapping = wrapping,
        });
        if (purpose != BurstPurpose.Talk)
        {
            _memory.Add(burst, entries, isForAnybody: burst.Kind is not (Air.Sealing.BurstKind.ChainPart or Air.Sealing.BurstKind.RepairSet));
        }
    }

    private PlanRequest Request(BurstPurpose purpose) => new()
    {
        Modulation = _station.Modulation,
        MaxSourceSymbols = _station.MaxSourceSymbols,
        MaxDwell = _station.MaxDwell,
        Loss = LossFor(purpose),
        MeanLossRun = _options.AssumedLossRun,
        Spacing = _queue.Count,
        ForgedShare = _station.Receiver.ForgedShare,
        Probability = purpose switch
        {
            BurstPurpose.Push when _options.Repeat && _neighbours.Count >= 2 => _options.AssistedProbability,
            BurstPurpose.Push or BurstPurpose.Carousel => _options.DeliveryProbability,
            BurstPurpose.Talk => TalkProbability,
            _ => _options.AssistedProbability,
        },
    };

    private int FramesFor(int sourceSymbols, BurstPurpose purpose) => SymbolPlanner.FramesFor(sourceSymbols, Request(purpose));

    private void EndRound(BurstOnAir burst, TimeSpan now)
    {
        burst.Rounds++;

        // Nobody known to repeat it, nobody known to ask: say it again later.
        if (burst.Purpose == BurstPurpose.Push && _options.Mode == MeshMode.Mesh && _neighbours.Count == 0 &&
            !burst.IsCovered && burst.Rounds <= _options.RoundPauses.Count)
        {
            burst.FramesLeft = FramesFor(burst.Burst.Key.SourceSymbols, BurstPurpose.Push);
            burst.DueAt = now + _options.RoundPauses[burst.Rounds - 1];
            burst.IsUnderWay = false;
            return;
        }

        _queue.Remove(burst);
    }

    private void Spend(BurstOnAir burst, TimeSpan now)
    {
        var airtime = TimeOnAir.Of(_station.Modulation, burst.Burst.FrameLength);
        Counters.Count(KindOf(burst), 1, airtime * (1 - burst.Wrapping));
        if (burst.Wrapping > 0)
        {
            Counters.Count("manifest", 0, airtime * burst.Wrapping);
        }

        _quotas.Spend(burst.Owners, burst.Class, airtime, now);
        _changes.NoteFrame(burst.Entries, isOurs: true);
        switch (burst.Purpose)
        {
            case BurstPurpose.Talk when burst.Burst.Kind == Air.Sealing.BurstKind.Announcement:
                _announceBudget.Spend(airtime, now);
                break;
            case BurstPurpose.Repair:
                _repairBudget.Spend(airtime, now);
                break;
            case BurstPurpose.Carousel:
                _carouselBudget.Spend(airtime, now);
                break;
        }
    }

    private static string KindOf(BurstOnAir burst) => burst.Purpose switch
    {
        BurstPurpose.Push => "push",
        BurstPurpose.Relay => "relay",
        BurstPurpose.Repair => "repair",
        BurstPurpose.Carousel => "carousel",
        _ => burst.Burst.Kind switch
        {
            Air.Sealing.BurstKind.Announcement => "announcement",
            Air.Sealing.BurstKind.Want => "want",
            _ => "sketch",
        },
    };
}
