using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Filters;
using P2Panda.Radio.Mesh.Neighbours;
using P2Panda.Radio.Mesh.Speaking;
using P2Panda.Radio.Mesh.Traffic;
using P2Panda.Radio.Mesh.Wants;

namespace P2Panda.Radio.Mesh;

/// <content>What is heard: frames, bursts, entries, and what they make unnecessary to say.</content>
public sealed partial class MeshNode
{
    private const double StrongSnrDb = 10;
    private const double WeakSnrDb = -7.5;

    /// <summary>Frames closer in strength than this are taken to come from one sender.</summary>
    private const double SameSourceDb = 1;

    /// <summary>Time over which channel use is measured.</summary>
    private static readonly TimeSpan UseWindow = TimeSpan.FromMinutes(1);

    /// <summary>Part of the time that an urgent burst waits for those farther away to speak first.</summary>
    private const double UrgentWindowShare = 0.25;

    private double _channelUse;
    private TimeSpan _channelUseAt;

    /// <summary>Share of the last minute or so in which frames were heard.</summary>
    public double ChannelUse => _channelUse;

    /// <summary>A frame was heard.</summary>
    /// <returns>Entries it brought, to be stored and then given to <see cref="Accept"/>; or none.</returns>
    public HeardEntries? Hear(ReceivedFrame frame, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(frame);
        MeasureUse(TimeOnAir.Of(_station.Modulation, frame.Bytes.Length), now);
        _heardAt = now;
        var outcome = _station.Receiver.Receive(frame.Bytes.Span, now);
        NoteLink(outcome, frame, now);
        if (outcome.Key is { } key && outcome.Verdict != FrameVerdict.Refused)
        {
            Overhear(key, outcome, frame, now);
        }

        if (outcome.UnknownKey is { } unknown && unknown != KeyId.Of(_station.Key) && _options.Mode == MeshMode.Mesh)
        {
            _identity.HeardUnknown(unknown, outcome.Key is { SourceSymbols: > 1 }, now);
        }

        return outcome.Burst is { } burst ? HearBurst(burst, frame, now) : null;
    }

    /// <summary>
    /// Entries heard earlier that are believed since the last frame, because it told a key; to be asked for after every <see cref="Hear"/> until
    /// there are none, and stored like those.
    /// </summary>
    public HeardEntries? TakeLate() => _late.TryDequeue(out var heard) ? heard : null;

    /// <summary>Somebody spoke, and was not understood.</summary>
    public void HearNoise(TimeSpan now) => _heardAt = now;

    /// <summary>Entries from <see cref="Hear"/> went to the store.</summary>
    /// <param name="heard">What was heard.</param>
    /// <param name="fates">What the store did with each entry, in order.</param>
    /// <param name="now">Monotonic time.</param>
    public void Accept(HeardEntries heard, IReadOnlyList<EntryFate> fates, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(heard);
        ArgumentNullException.ThrowIfNull(fates);
        var news = false;
        var refused = false;
        var positions = new List<EntryPosition>(fates.Count);
        for (var i = 0; i < fates.Count; i++)
        {
            var position = new EntryPosition(heard.Entries[i].Log, heard.Entries[i].SequenceNumber);
            positions.Add(position);
            news |= fates[i] is EntryFate.New or EntryFate.Waiting;
            refused |= fates[i] == EntryFate.Refused;
            switch (fates[i])
            {
                case EntryFate.New:
                    _waiting.Remove(position);
                    NoteChange(position.Log, position.SequenceNumber, now);
                    break;
                case EntryFate.Waiting:
                    NoteGap(heard.Entries[i], now);
                    break;
            }

            // Others have it: there is nothing left to hold back.
            _held.Advance(position.Log, position.SequenceNumber + 1, _station.Logs.HeightOf(position.Log) ?? 0);
            StrikeOff(position, now);
        }

        if (heard.Burst is { } burst && positions.Count > 0 && !refused)
        {
            Relay(burst, heard.Entries, positions, news, heard.Frame, now);
        }
    }

    private HeardEntries? HearBurst(ReceivedBurst burst, ReceivedFrame frame, TimeSpan now)
    {
        var heard = Understand(burst, frame, now);
        _tags.Note(burst.Key.Tag, now);
        return heard;
    }

    private HeardEntries? Understand(ReceivedBurst burst, ReceivedFrame frame, TimeSpan now)
    {
        if (burst.Sender == _station.Key)
        {
            return null;
        }

        Neighbour? neighbour = null;
        if (burst.Sender is { } sender && burst.Kind is BurstKind.Announcement or BurstKind.Want or BurstKind.Control or BurstKind.RepairSet)
        {
            // Only what is never repeated by others tells who is in reach.
            neighbour = _neighbours.Hear(sender, frame.SnrDb, now, Meet);
        }

        if (_options.Mode == MeshMode.Mesh && neighbour is not null)
        {
            switch (burst.Kind)
            {
                case BurstKind.Announcement:
                    HearAnnouncement(neighbour, burst, frame, now);
                    break;
                case BurstKind.Control:
                    HearControl(neighbour, burst, now);
                    break;
                case BurstKind.Want when WantMessage.Read(burst.Body.Span) is { } want:
                    HearWant(neighbour, want, now);
                    break;
            }
        }

        if (burst.Kind == BurstKind.RepairSet)
        {
            var rebuilt = HearRepairSet(burst, now);
            return rebuilt.Count > 0 ? new HeardEntries(rebuilt, null, frame) : null;
        }

        foreach (var missing in burst.MissingContext)
        {
            _wants.Add(missing.Log, missing.SequenceNumber, now + (_frame * (PatienceFrames * (0.5 + _random.NextDouble()))));
        }

        return burst.Entries.Count > 0 ? new HeardEntries(burst.Entries, burst, frame) : null;
    }

    /// <summary>A symbol of a burst went by: less of it remains to be said.</summary>
    private void Overhear(BurstKey key, FrameOutcome outcome, ReceivedFrame frame, TimeSpan now)
    {
        var known = _memory.Find(key);
        if (known is not null)
        {
            if (!known.Contains(frame.Bytes.Span))
            {
                // It bears the tag of a burst we have and is none of it.
                Counters.ForgedSymbols++;
                return;
            }

            known.MarkSpoken(outcome.SymbolId);
        }

        _desk.HeardSymbol(key);
        _changes.NoteFrame(_memory.EntriesOf(key), isOurs: false);
        if (_queue.Find(key) is { } queued && !(queued.SourceRssiDbm is { } source && Math.Abs(source - frame.RssiDbm) < SameSourceDb))
        {
            queued.Overheard++;
            if (queued.Purpose == BurstPurpose.Repair && !queued.IsUnderWay && queued.Overheard >= queued.FramesLeft)
            {
                _queue.Remove(queued);
            }
        }

        switch (outcome.Verdict)
        {
            case FrameVerdict.Progress or FrameVerdict.Duplicate when known is null && !NotePartial(key, outcome.Rank, now):
                break;
            case FrameVerdict.Progress or FrameVerdict.Duplicate:
                // Somebody may be answering already.
                var over = now + (_frame * ((RepairPace * Math.Max(0, key.SourceSymbols - outcome.Rank)) + 2 + (_options.AnswerWindowFrames * _random.NextDouble())));
                _desk.Wait(over);
                foreach (var waiting in _queue.All.Where(burst => burst.Purpose == BurstPurpose.Repair && !burst.IsUnderWay && burst.Burst.Key != key && key.SourceSymbols > 2))
                {
                    waiting.DueAt = waiting.DueAt < over ? over : waiting.DueAt;
                }

                _queue.All.Where(burst => burst.Burst.Kind == BurstKind.Want && !burst.IsUnderWay).ToList().ForEach(_queue.Remove);
                _answeredAt = key.SourceSymbols > 2 ? now : _answeredAt;
                if (outcome.Rank * 2 >= key.SourceSymbols && key.SourceSymbols > 2)
                {
                    _desk.Drop();
                    _queue.All.Where(burst => burst.Purpose == BurstPurpose.Repair && !burst.IsUnderWay && burst.Burst.Key != key).ToList().ForEach(_queue.Remove);
                }

                YieldTo(key);
                break;
            case FrameVerdict.Completed:
                var isNews = outcome.Burst!.Entries.Any(entry => ReadEntry(new EntryPosition(entry.Log, entry.SequenceNumber)) is null);
                _partial.Completed(key, isNews);
                _partialAwaitedSince = null;
                break;
            case FrameVerdict.Redundant:
                foreach (var entry in _memory.EntriesOf(key))
                {
                    StrikeOff(entry, now);
                }

                break;
        }
    }

    /// <summary>Two who began to answer at the same instant would go on together to the end, and nobody had either: the lower tag goes on.</summary>
    private void YieldTo(BurstKey other)
    {
        foreach (var burst in _queue.All.ToList())
        {
            var key = burst.Burst.Key;
            if (burst.Purpose == BurstPurpose.Repair && burst.IsUnderWay && key != other && key.SourceSymbols > 2 && other.SourceSymbols > 2 &&
                key.Tag.Value > other.Tag.Value && burst.Spoken * 2 <= key.SourceSymbols)
            {
                _queue.Remove(burst);
            }
        }
    }

    private void Relay(ReceivedBurst received, IReadOnlyList<VerifiedEntry> entries, List<EntryPosition> positions, bool news, ReceivedFrame heard, TimeSpan now)
    {
        var burst = _station.Writer.Repeat(received);
        _memory.Add(burst, positions, isForAnybody: received.Kind == BurstKind.AuthorEntry);
        // Who has no other part of a chain can do nothing with its last one, and gets all of them by asking.
        if (received.Kind == BurstKind.ChainPart)
        {
            return;
        }

        // What was asked for in bulk was not new to those who answered, and an end of the mesh has nobody to repeat to.
        var isAnswer = positions.Count > 1 && _wants.MayBeLong;
        if (!news || isAnswer || _neighbours.Count == 1 || !_options.Repeat || _options.Mode != MeshMode.Mesh || _queue.Find(burst.Key) is not null ||
            entries.All(entry => Decide(entry.Log, entry) == CarryDecision.Ignore))
        {
            return;
        }

        if (_options.RepeatScope == RepeatScope.Direct && (received.Sender is not { } origin || _neighbours.Find(origin) is null))
        {
            Counters.RelaysOutOfScope++;
            return;
        }

        // Urgent changes whose turn it is and nothing else: shares and bounds are everybody's.
        var trafficClass = received.IsUrgent ? TrafficClass.Urgent : TrafficClass.Normal;
        var owners = entries.Select(EntryOwner.Of).ToList();
        if (!_queue.HasRoomFor(trafficClass) || _channelUse > _options.BusyChannel || owners.Exists(owner => _quotas.AllowedAt(owner, trafficClass, now) > now))
        {
            Counters.RelaysDropped++;
            return;
        }

        // The farthest speaks first; chance separates those who heard it equally well, the more the longer they would talk into each other.
        var nearness = Math.Clamp((heard.SnrDb - WeakSnrDb) / (StrongSnrDb - WeakSnrDb), 0, 1);
        var frame = TimeOnAir.Of(_station.Modulation, burst.FrameLength);
        var window = (_options.RepeatWindowFrames - 1) * (received.IsUrgent ? UrgentWindowShare : 1);
        var delay = frame * ((window * nearness) + ((1 + burst.Key.SourceSymbols) * _random.NextDouble()));
        _queue.TryAdd(new BurstOnAir(
            burst, BurstPurpose.Relay, trafficClass, FramesFor(burst.Key.SourceSymbols, BurstPurpose.Relay), now + delay)
        {
            Author = positions.Count == 1 ? positions[0].Log.Author : null,
            SourceRssiDbm = heard.RssiDbm,
            Entries = positions,
            Owners = owners,
        });
        Counters.Relays++;
        Counters.UrgentRelays += received.IsUrgent ? 1 : 0;
    }

    private void MeasureUse(TimeSpan airtime, TimeSpan now)
    {
        _channelUse = (_channelUse * Math.Exp(-(now - _channelUseAt) / UseWindow)) + (airtime / UseWindow);
        _channelUseAt = now;
    }
}
