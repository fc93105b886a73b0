using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Announcements;
using P2Panda.Radio.Mesh.Neighbours;
using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Repair;
using P2Panda.Radio.Mesh.Speaking;
using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh;

/// <content>Announcements, and finding out what differs.</content>
public sealed partial class MeshNode
{
    /// <summary>Announcements that change nothing before they become rarer.</summary>
    private const int MaxVain = 3;

    /// <summary>Frames' time without any frame before our state is announced.</summary>
    private const int QuietFrames = 2;

    /// <summary>Entries a neighbour is seen to lack that are sent without its asking.</summary>
    private const ulong MaxUnasked = 16;

    /// <summary>Sums in an announcement when everybody is known to agree.</summary>
    private const int AgreedSums = 2;

    private const double TalkProbability = 0.7;

    /// <summary>Bytes of operation shapes told along with our key.</summary>
    private const int AnnouncedShapesLength = 120;

    /// <summary>Authors told along with our key.</summary>
    private const int AnnouncedAuthors = 2;

    private readonly IdentitySchedule _identity;
    private long _announcedChange;
    private TimeSpan _announcedAt = TimeSpan.FromDays(-1);
    private TimeSpan _sketchedAt = TimeSpan.FromDays(-1);
    private TimeSpan _comparedAt = TimeSpan.FromDays(-1);
    private int _vainAnnouncements;
    private PendingReply? _reply;

    private uint FreshSalt => (uint)_random.NextInt64(0, 1L << 32);

    private void AnnounceIdentity(TimeSpan now)
    {
        if (now < _identity.DueAt)
        {
            return;
        }

        if (_announceBudget.AllowedAt(now) is var free && free > now)
        {
            _identity.PutOff(free);
            return;
        }

        var sections = new List<KeyValuePair<byte, byte[]>>();
        if (_identity.IsGreeting)
        {
            // Who is new is told how things stand in the same breath.
            sections.Add(DescribeState(_options.AnnouncedSums, now));
        }

        AddIdentity(sections, now);
        var body = AnnouncementBody.Write(sections);

        // Who does not know our key yet reads a signed frame only when the whole announcement is in it.
        while (_station.Writer.IsStrict && sections.Count > 1 && body.Length > OneFrameBody)
        {
            sections.RemoveAt(sections.Count - 1);
            body = AnnouncementBody.Write(sections);
        }

        Talk(BurstKind.Announcement, body, now);
        Counters.Identities++;
    }

    private void AddIdentity(List<KeyValuePair<byte, byte[]>> sections, TimeSpan now)
    {
        void Add(byte type, byte[] content)
        {
            if (content.Length > 0)
            {
                sections.Add(new(type, content));
            }
        }

        Add(AnnouncementBody.KeySection, _station.Key.Bytes.ToArray());
        if (_identity.WithTerms(now))
        {
            Add(AnnouncementBody.ShapesSection, _station.Shapes.Announce(AnnouncedShapesLength));
            Add(AnnouncementBody.AuthorsSection, _station.Shapes.AnnounceAuthors(AnnouncedAuthors * Core.Keys.PublicKey.Length));
        }

        if (_identity.IsRegular(now))
        {
            Add(MarksSection.Type, MarksSection.Write(_neighbourCounters.Take()));
        }

        Add(AskedKeysSection.Type, AskedKeysSection.Write(_identity.Tell(now)));
        Add(OthersKeysSection.Type, OthersKeysSection.Write(_identity.Others.Take()));
    }

    private KeyValuePair<byte, byte[]> DescribeState(int sums, TimeSpan now)
    {
        var writer = new WireWriter();
        var sketch = Reconciler.Describe(_logs, _options.Filter.Scope, _tags.Last(now) ?? FreshSalt, NameRange.Everything, sums);
        sketch.Write(writer);
        NoteSalt(sketch.Salt, now);
        return new(SketchSection, writer.ToArray());
    }

    private int OneFrameBody =>
        SymbolPlanner.MaxBurstLength(Request(BurstPurpose.Talk) with { MaxSourceSymbols = 1, Strict = true }) - BurstFormat.SealedOverhead;

    private void Announce(TimeSpan now)
    {
        if (now < _trickle.DueAt)
        {
            return;
        }

        if (IsCatchingUp(now))
        {
            _trickle.PutOff(now + _options.AnnounceBusy);
            return;
        }

        if (!_desk.IsEmpty || _heardAt + (_frame * QuietFrames) > now || _answeredAt + (_frame * PatienceFrames) > now || IsWaiting(now))
        {
            // Something is being settled: an announcement would only get into its way.
            _trickle.PutOff(now + (_frame * (QuietFrames * (1 + _random.NextDouble()))));
            return;
        }

        var settled = _changedAt + _options.Settle + (_frame * (_options.AnswerWindowFrames * _random.NextDouble()));
        var free = _changedAt + _options.Settle > now ? settled : _announceBudget.AllowedAt(now);
        if (free > now)
        {
            _trickle.PutOff(free);
            return;
        }

        _neighbours.Expire(now);
        _identity.Forget(now);
        var isApart = _neighbours.All.Any(neighbour => neighbour.IsProven && neighbour.IsApart(now, _options.AnnounceBusy));
        if (!_trickle.Poll(now, LongestInterval(), isApart || IsUnsaid(now)))
        {
            return;
        }

        _vainAnnouncements++;

        var sums = _logs.Count == 0 ? 1 : isApart ? _options.AnnouncedSums * 2 : IsAgreed && _neighbours.Count > 0 ? AgreedSums : _options.AnnouncedSums;
        var sections = new List<KeyValuePair<byte, byte[]>>
        {
            DescribeState(sums, now),
            new(AirtimeSection, [(byte)Math.Round(_airtimeLeft * 255), .. _talk.Claim]),
        };
        if (_identity.GoesAlong)
        {
            AddIdentity(sections, now);
        }

        Talk(BurstKind.Announcement, AnnouncementBody.Write(sections), now);
        _announcedChange = _changes.Last;
        _announcedAt = now;
        Counters.Announcements++;
    }

    /// <summary>A long answer is coming in or going out: whoever it is about knows how things stand.</summary>
    private bool IsCatchingUp(TimeSpan now) =>
        _desk.Count > RepairDesk.Long || (_wants.MayBeLong && now - _changedAt < _options.AnnounceLongest);

    /// <summary>
    /// Our state has been the same for two busy intervals and we never said so, because one neighbour always did; another, who cannot
    /// hear that one, has not been heard to agree.
    /// </summary>
    private bool IsUnsaid(TimeSpan now) => _announcedChange != _changes.Last && now - _changedAt > _options.AnnounceBusy * 2 &&
        _neighbours.All.Any(neighbour => neighbour.IsAcquaintance && neighbour.AgreedChange != _changes.Last);

    /// <summary>Whether everybody in reach is known to agree.</summary>
    private bool IsAgreed => _neighbours.All.All(neighbour => !neighbour.IsAcquaintance || (neighbour.AgreedChange == _changes.Last && neighbour.ApartSince is null));

    /// <summary>
    /// As long as somebody in reach is not known to agree, announcements come at the busy interval; the more of them change nothing, the
    /// rarer they become.
    /// </summary>
    private TimeSpan LongestInterval()
    {
        var isQuiet = !_identity.HearsStrangers && IsAgreed && _neighbours.All.All(neighbour => neighbour.ApartSince is null);
        return isQuiet ? _options.AnnounceLongest : Earlier(_options.AnnounceBusy * (1 << Math.Min(_vainAnnouncements / MaxVain, 8)), _options.AnnounceLongest);
    }

    private const byte SketchSection = AnnouncementBody.FirstMeshSection;
    private const byte AirtimeSection = AnnouncementBody.FirstMeshSection + 1;

    private void HearAnnouncement(Neighbour neighbour, ReceivedBurst burst, ReceivedFrame frame, TimeSpan now)
    {
        _neighbourCounters.Hear(KeyId.Of(neighbour.Key), burst.Counter);
        var sections = AnnouncementBody.Read(burst.Body.Span) ?? [];
        if (neighbour.IsProven && sections.Any(section => section.Key == SketchSection))
        {
            _identity.HeardOther(AskedKeysSection.Read(sections.FirstOrDefault(section => section.Key == AskedKeysSection.Type).Value), now);
        }

        foreach (var (type, content) in sections)
        {
            switch (type)
            {
                case AnnouncementBody.KeySection:
                    if (_identity.Learned(KeyId.Of(neighbour.Key)) && neighbour.IsProven)
                    {
                        _identity.Verified();
                    }

                    _identity.Others.Told(neighbour.Key);
                    NoteKey(neighbour.Key, frame, now);
                    if (!neighbour.IsGreeted && !_station.MetBefore.Contains(neighbour.Key))
                    {
                        // Somebody new is in reach: it will want to know our key too.
                        neighbour.IsGreeted = true;
                        _identity.Greet(neighbour.IsProven, now);
                    }

                    break;
                case AskedKeysSection.Type:
                    HearAsking(neighbour, AskedKeysSection.Read(content), now);
                    break;
                case OthersKeysSection.Type:
                    foreach (var key in OthersKeysSection.Read(content))
                    {
                        _identity.Others.Told(key);
                        if (_identity.Learned(KeyId.Of(key)))
                        {
                            NoteKey(key, frame, now);
                        }
                    }

                    break;
                case AirtimeSection when content.Length >= 1:
                    neighbour.AirtimeLeft = content[0] / 255.0;
                    break;
                case MarksSection.Type when MarksSection.Find(content, KeyId.Of(_station.Key)) is { } counter:
                    OwnCounterSeen?.Invoke(counter);
                    break;
                case SketchSection:
                    var reader = new WireReader(content);
                    if (SketchMessage.Read(ref reader) is { } sketch)
                    {
                        HearSketch(neighbour, sketch, isAnnouncement: true, now);
                    }

                    break;
            }
        }
    }

    private void HearAsking(Neighbour neighbour, List<KeyId> asked, TimeSpan now)
    {
        foreach (var id in asked)
        {
            if (id == KeyId.Of(_station.Key))
            {
                _identity.Asked(neighbour.IsProven, now);
            }
            else if (_station.Receiver.KeyToTell(id) is { } key)
            {
                _identity.Others.AskedFor(key, now);
            }
        }
    }

    /// <summary>A key was told: what it has sealed and could not be checked is believed now.</summary>
    private void NoteKey(PublicKey key, ReceivedFrame frame, TimeSpan now)
    {
        foreach (var burst in _station.Receiver.NoteKey(key, now))
        {
            _identity.Verified();
            if (burst.Entries.Count > 0 && _late.Count < MaxLate)
            {
                _late.Enqueue(new HeardEntries(burst.Entries, burst, frame));
            }
        }
    }

    /// <summary>
    /// A neighbour has seen our key use a burst counter. After a restore from a backup it may be above ours, which must then be raised.
    /// </summary>
    public event Action<ulong>? OwnCounterSeen;

    /// <summary>Bursts believed late that wait to be stored.</summary>
    private const int MaxLate = 16;

    private readonly Queue<HeardEntries> _late = new();

    private readonly NeighbourCounters _neighbourCounters = new();

    private void HearControl(Neighbour neighbour, ReceivedBurst burst, TimeSpan now)
    {
        var reader = new WireReader(burst.Body.Span);
        if (reader.Byte() == ControlKind.Sketch && SketchMessage.Read(ref reader) is { } sketch && reader.Complete)
        {
            HearSketch(neighbour, sketch, isAnnouncement: false, now);
        }
    }

    private void HearSketch(Neighbour neighbour, SketchMessage theirs, bool isAnnouncement, TimeSpan now)
    {
        // What differs just after a change of ours is most likely on its way.
        if (theirs.Scope != _options.Filter.Scope || (isAnnouncement && now - _changedAt < _options.Settle))
        {
            return;
        }

        if (!neighbour.Thinking.TryTake(theirs.Sketch.Length, now))
        {
            Counters.QuotaRefusals++;
            return;
        }

        if (!isAnnouncement)
        {
            // The announcement we meant to answer has been answered; what still differs then shows in the next one.
            _reply = null;
        }

        if (!isAnnouncement && IsYoung(theirs.Salt, now))
        {
            Prove(neighbour);
        }

        if (neighbour.IsProven)
        {
            NoteSalt(theirs.Salt, now);
        }

        _saltHeard = theirs.Salt;
        var step = Reconciler.Compare(_logs, theirs, theirs.Salt, (uint)_random.Next());
        (_comparedAt, _knownElsewhere) = step.Reply is null && theirs.Range.Bits == 0 ? (now, 0) : (_comparedAt, _knownElsewhere);
        if (step.Agreed)
        {
            if (theirs.Range.Bits == 0)
            {
                _vainAnnouncements = neighbour.ApartSince is null ? _vainAnnouncements : 0;
                neighbour.Agreed(_changes.Last);
                if (neighbour.Agreements >= AgreementsToProve)
                {
                    Acquaint(neighbour);
                }

                _desk.Forget(neighbour.Key);
                _wants.NoteAgreement();

                // A sketch longer than need be says that somebody is not known to agree: it may be us, as long as we have not said so.
                if (theirs.Sketch.Length <= AgreedSums || now - _changedAt < _options.AnnounceBusy || _announcedChange == _changes.Last)
                {
                    _trickle.HeardSame();
                }
            }

            return;
        }

        if (isAnnouncement && _tags.IsStale(theirs.Salt))
        {
            // It does not know what went by here long ago: a recording, or it will tell again what it lacks.
            return;
        }

        neighbour.ApartSince ??= now;
        if (step.Difference is { } difference)
        {
            if (theirs.Range.Bits == 0)
            {
                neighbour.Differs(_changes.Last, difference);
            }

            // What we lack ourselves decides when we answer.
            PlanWants(neighbour.IsProven || IsAhead(theirs) ? difference : difference with { Unnamed = [] }, theirs.Salt, now);
            if (EntriesLacking(difference) is var lacking && lacking == 0)
            {
                return;
            }

            if (!neighbour.IsProven)
            {
                // If it is in reach it asks, as soon as it hears what there is.
                Counters.StrangersIgnored++;
            }
            else if (lacking <= MaxUnasked)
            {
                PlanRepair(neighbour, difference, now);
                if (lacking >= EntriesMissing && _wants.Tries == 0)
                {
                    // What serves him most likely serves us. If nothing comes we ask.
                    _wants.Wait(now + (_frame * (_options.AnswerWindowFrames * (1.5 + _random.NextDouble()))));
                }
            }
            else if ((!isAnnouncement || (_desk.IsEmpty && now - _announcedAt > _frame * PatienceFrames)) && now - _sketchedAt > _frame * PatienceFrames)
            {
                // Too much to send unasked: everybody who lacks it is told what there is, and asks.
                PlanReply(Reconciler.Describe(_logs, theirs.Scope, theirs.Salt, theirs.Range, theirs.Sketch.Length), _wants.IsEmpty ? 1 : _options.AnswerWindowFrames, now);
            }
        }
        else if (step.Reply is { } reply && (neighbour.IsProven || (IsAhead(theirs) && _strangers.TryTake(now))))
        {
            // Whoever can tell the difference answers first.
            PlanReply(reply, _options.AnswerWindowFrames, now);
        }
    }

    private void PlanReply(SketchMessage sketch, int frames, TimeSpan now) =>
        _reply ??= new PendingReply(sketch, now + (_frame * (frames + (_options.AnswerWindowFrames * _random.NextDouble()))));

    private static ulong EntriesLacking(SetDifference difference) => difference.Logs
        .Where(log => !log.Ours.Forked && log.Theirs is not { Forked: true } && log.Ours.Height > (log.Theirs?.Height ?? 0))
        .Aggregate(0UL, (sum, log) => sum + log.Ours.Height - (log.Theirs?.Height ?? 0));

    private void Reply(TimeSpan now)
    {
        if (_reply is not { } pending || pending.DueAt > now)
        {
            return;
        }

        _reply = null;
        _sketchedAt = now;
        var writer = new WireWriter();
        writer.Byte(ControlKind.Sketch);
        pending.Sketch.Write(writer);
        NoteSalt(pending.Sketch.Salt, now);
        Talk(BurstKind.Control, writer.ToArray(), now);
        Counters.Sketches++;
    }

    private void Talk(BurstKind kind, byte[] body, TimeSpan now)
    {
        var request = Request(BurstPurpose.Talk);
        if (_station.Writer.IsStrict && kind == BurstKind.Announcement && body.Length <= OneFrameBody)
        {
            request = request with { MaxSourceSymbols = 1 };
        }

        var burst = _station.Writer.Write(kind, body, request);
        var frames = burst.Plan?.Frames ?? burst.Key.SourceSymbols;
        _station.Receiver.NoteOwn(burst, now);
        Enqueue(burst, BurstPurpose.Talk, TrafficClass.Control, frames, now, [], []);
    }

    private sealed record PendingReply(SketchMessage Sketch, TimeSpan DueAt);
}
