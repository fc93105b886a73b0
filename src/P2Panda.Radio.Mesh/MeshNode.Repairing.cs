using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Neighbours;
using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Repair;
using P2Panda.Radio.Mesh.Speaking;
using P2Panda.Radio.Mesh.Wants;

namespace P2Panda.Radio.Mesh;

/// <content>What neighbours lack, and answering once for all of them.</content>
public sealed partial class MeshNode
{
    /// <summary>Most entries answered in one breath; what is left goes next.</summary>
    private const int MaxRepairEntries = 128;

    /// <summary>Below this share of symbols to entries a coded set is cheaper than the entries themselves.</summary>
    private const double CodedShare = 0.7;

    /// <summary>Neighbours that are reckoned with at most when a set is cut: not all that were ever met lack what one lacks.</summary>
    private const int MaxServed = 6;

    /// <summary>Length of a want for symbols.</summary>
    private const int TypicalWantLength = 88;

    /// <summary>Fewer entries than this are sent as they are.</summary>
    private const int MinSymbols = 4;

    /// <summary>With so many neighbours a coded set is made even when only one of them has asked.</summary>
    private const int SharedFrom = 3;

    /// <summary>Most logs in a set.</summary>
    private const int MaxSetLogs = 12;

    /// <summary>Share of the airtime at hand that goes into a breath of a long answer.</summary>
    private const double BreathShare = 0.75;

    /// <summary>Windows that those who do not know whether they lack something leave to those who know that they do not.</summary>
    private const double UninformedWindows = 1.5;

    /// <summary>Windows over which answers to newcomers are spread, so that few of those who hold the same speak.</summary>
    private const double NewcomerWindows = 3;

    /// <summary>Windows that those who lack something leave to everybody else.</summary>
    private const double IncompleteWindows = 12;

    /// <summary>Frames' time from one frame of an answer to the next, on average.</summary>
    private const double RepairPace = 1.6;

    /// <summary>Frames' time an answer is put off at most because others ask or answer.</summary>
    private const int MaxWaitFrames = 90;

    private static readonly IComparer<EntryPosition> PositionOrder = Comparer<EntryPosition>.Create(
        (left, right) => (left.Log, left.SequenceNumber).CompareTo((right.Log, right.SequenceNumber)));

    /// <summary>Bursts of repair on the way at a time.</summary>
    private const int MaxRepairBursts = 2;

    private readonly RepairDesk _desk = new();
    private readonly PendingRepairSets _sets = new();
    private readonly RecentEntries _recent;
    private ulong _knownElsewhere;

    /// <summary>Gateways in reach; after a start those that were met before it.</summary>
    private int NeighboursExpected => Math.Max(_neighbours.Count, _station.MetBefore.Count);

    private void PlanRepair(Neighbour neighbour, SetDifference difference, TimeSpan now)
    {
        var positions = new List<EntryPosition>();
        foreach (var log in difference.Logs)
        {
            if (!log.Ours.Forked && log.Theirs is not { Forked: true })
            {
                Append(positions, log.Log, (log.Theirs?.Height ?? 0) + 1, log.Ours.Height);
            }
        }

        Serve(neighbour, positions, now);
    }

    private void HearWant(Neighbour neighbour, WantMessage want, TimeSpan now)
    {
        if (HasHeardUs(want, now))
        {
            Prove(neighbour);
        }

        if (!neighbour.IsProven)
        {
            Counters.StrangersIgnored++;
            return;
        }

        foreach (var symbols in want.Symbols)
        {
            NoteAsked(symbols.Key, symbols.Missing, now);
            if (HasHeardPart(symbols))
            {
                neighbour.Answers.Receive();
            }

            var missing = Math.Min(symbols.Missing, symbols.Key.SourceSymbols);
            if (_queue.Find(symbols.Key) is { } spoken)
            {
                spoken.FramesLeft = Math.Max(spoken.FramesLeft, missing);
            }
            else if (_memory.Find(symbols.Key) is { } burst && _desk.AddSymbols(neighbour.Key, symbols.Key, missing))
            {
                // Whoever began goes on at once; others only if he does not.
                var due = now + (burst.FramesWritten > 0 ? _frame * (1 + (2 * _random.NextDouble())) : RepairDelay(neighbour, now));
                Answer(due);
                _desk.Hurry(due);
            }
        }

        if (want.Logs is { } logs && logs.Scope == _options.Filter.Scope)
        {
            if (want.Known is { } known)
            {
                (_knownElsewhere, _comparedAt) = (known, now);
            }

            if (!neighbour.Thinking.TryTake(1, now))
            {
                Counters.QuotaRefusals++;
                return;
            }

            // It knows how things stand: there is no need to tell it.
            neighbour.ApartSince = neighbour.ApartSince is null ? null : now;
            DeferTo(logs, now);
            // A want tells everything that is lacking now.
            _desk.Forget(neighbour.Key);
            var positions = new List<EntryPosition>();
            var parts = logs.Logs.ToLookup(item => item.Tag);
            var hash = new SaltedHash(logs.Salt);
            foreach (var (name, log) in _logs.Resolve(logs.Salt, parts.Select(part => part.Key).ToHashSet(), logs.Unnamed.ToHashSet()))
            {
                var height = _logs.StateOf(log)?.Height ?? 0;
                foreach (var part in parts[name])
                {
                    var end = part.Count == 0 || part.Count > height ? height : Math.Min(height, part.From + part.Count - 1);
                    Append(positions, log, part.From, end);
                }

                if (!parts.Contains(name) && !parts.Contains(hash.Tag(LogName.Of(log))))
                {
                    Append(positions, log, 1, height);
                }
            }

            Serve(neighbour, positions, now);
        }
    }

    /// <summary>
    /// Somebody asks for as much as we lack, or more: what answers him most likely answers us, as the same entries or as symbols over what came
    /// lately. If not we ask a little later.
    /// </summary>
    private void DeferTo(LogWantMessage theirs, TimeSpan now)
    {
        if (_wants.Tries == 0 && EntriesMissing is { } ours && ours > 0 && theirs.Unnamed.Count == 0 &&
            (theirs.Logs.Any(part => part.Count == 0) || theirs.Logs.Aggregate(0UL, (sum, part) => sum + part.Count) >= ours))
        {
            _wants.Wait(now + (_frame * (PatienceFrames * (2 + _random.NextDouble()))));
        }
    }

    private void Serve(Neighbour neighbour, List<EntryPosition> positions, TimeSpan now)
    {
        if (positions.Count == 0)
        {
            return;
        }

        if (!Allows(neighbour, now))
        {
            Counters.QuotaRefusals++;
            return;
        }

        neighbour.Answers.Ask(positions);
        if (neighbour.Answers.Size >= AnswerWindow.Enough)
        {
            Acquaint(neighbour);
        }

        if (neighbour.Answers.AllowedAt > now)
        {
            Counters.QuotaRefusals++;
            return;
        }

        if (positions.Count > neighbour.Answers.Size)
        {
            positions.RemoveRange(neighbour.Answers.Size, positions.Count - neighbour.Answers.Size);
        }

        // What is on its way already is not said again; who misses frames of it asks for symbols.
        var underWay = _queue.All.Where(burst => burst.Purpose == BurstPurpose.Repair).SelectMany(burst => burst.Entries)
            .Concat(_desk.Bursts.SelectMany(_memory.EntriesOf)).ToHashSet();
        positions.RemoveAll(underWay.Contains);
        _desk.NoteAsked(neighbour.Key, now);
        if (_desk.Add(neighbour.Key, positions))
        {
            Answer(now + RepairDelay(neighbour, now));
        }
    }

    /// <summary>Something is to be answered. Others may be about to ask, and are answered along with it: each of them puts the answer off.</summary>
    private void Answer(TimeSpan due)
    {
        _desk.Open(due, due + (_frame * MaxWaitFrames));
        _desk.Wait(due);
    }

    /// <summary>
    /// Those with better links and more airtime left answer first; those who have not compared with anybody lately and may lack something
    /// after them; those who know that they do only when nobody else answers.
    /// </summary>
    private TimeSpan RepairDelay(Neighbour neighbour, TimeSpan now)
    {
        var weakness = 1 - Math.Clamp((neighbour.SnrDb - WeakSnrDb) / (StrongSnrDb - WeakSnrDb), 0, 1);
        var poverty = 1 - _airtimeLeft;
        var strangeness = neighbour.IsAcquaintance ? 0 : NewcomerWindows * _random.NextDouble();
        var doubt = !_wants.IsEmpty || HasLess(now) ? IncompleteWindows : IsInformed(now) ? 0 : UninformedWindows;
        return _frame * (_options.AnswerWindowFrames * (0.5 + weakness + poverty + strangeness + doubt + _random.NextDouble()));
    }

    private void Repair(TimeSpan now)
    {
        if (_desk.DueAt > now)
        {
            return;
        }

        _desk.Expire(now - LongestPause * 4);

        var busy = _queue.All.Count(burst => burst.Purpose == BurstPurpose.Repair);
        var free = busy >= MaxRepairBursts ? now + (_frame * 8) : _repairBudget.AllowedAt(now);
        if (free > now)
        {
            _desk.PutOff(free);
            return;
        }

        if (_desk.TakeSymbols() is var (key, asking, missing))
        {
            SpeakSymbols(key, asking, missing, now);
            return;
        }

        // Much is answered in few long breaths, each with airtime left for the symbols that will be asked for after it.
        if (_repairBudget.AllowedAt(now, _frame * _desk.Count) is var saved && saved > now)
        {
            _desk.PutOff(saved);
            return;
        }

        var neighbours = _desk.Neighbours.ToList();
        var (wanted, symbols) = _desk.Take(Math.Clamp((int)(_repairBudget.Left(now) * BreathShare / _frame), 1, MaxRepairEntries));
        foreach (var position in wanted)
        {
            NoteSaid(position, now);
        }

        var before = _queue.All.ToHashSet();
        var (positions, guests) = ForTheAir(wanted, now);
        Speak(guests, BurstPurpose.Repair, TrafficClass.Guest, now);
        // Who lacks the beginning of a log has to be told its name.
        var beginnings = positions.Where(position => position.SequenceNumber == 1).Select(position => position.Log).ToHashSet();
        var codable = positions.Where(position => !beginnings.Contains(position.Log)).ToList();
        // Of a newcomer's request only a part is answered at first, and it lacks more of what a set covers.
        var isShared = neighbours.All(key => _neighbours.Find(key) is { IsAcquaintance: true }) &&
            (neighbours.Count > 1 ? symbols <= positions.Count * CodedShare : NeighboursExpected >= SharedFrom);
        if (isShared && Math.Min(symbols, codable.Count) >= MinSymbols)
        {
            SpeakSet(codable, Math.Min(symbols, codable.Count), now);
            Counters.RepairSets++;
            positions = [.. positions.Where(position => beginnings.Contains(position.Log))];
        }

        Speak(positions, BurstPurpose.Repair, TrafficClass.History, now);

        Counters.Repairs++;
        var airtime = _queue.All.Where(burst => !before.Contains(burst))
            .Aggregate(TimeSpan.Zero, (sum, burst) => sum + (TimeOnAir.Of(_station.Modulation, burst.Burst.FrameLength) * burst.FramesLeft));
        if (airtime > TimeSpan.Zero)
        {
            foreach (var served in neighbours)
            {
                if (_neighbours.Find(served) is { } neighbour)
                {
                    Charge(neighbour, airtime / neighbours.Count, now);
                }
            }
        }

        _desk.GoOn(now + _frame);
    }

    /// <summary>Symbols of a burst that nobody was heard saying: others may have answered with the same.</summary>
    private int FramesToComplete(OutgoingBurst burst) =>
        burst.Key.SourceSymbols - (burst.Key.SourceSymbols > 1 ? _station.Receiver.RankOf(burst.Key) ?? 0 : 0);

    private void SpeakSymbols(BurstKey key, PublicKey asking, int missing, TimeSpan now)
    {
        if (_memory.Find(key) is { } burst)
        {
            // No more than is lacking: who loses one of these asks again.
            Enqueue(burst, BurstPurpose.Repair, TrafficClass.History, missing, now, _memory.EntriesOf(key), []);
            if (_neighbours.Find(asking) is { } neighbour)
            {
                Charge(neighbour, TimeOnAir.Of(_station.Modulation, burst.FrameLength) * missing, now);
            }

            Counters.SymbolRepairs++;
        }

        _desk.GoOn(now + _frame);
    }

    /// <summary>What may be said in answer to wants: everything, but for internet-born entries beyond their share and what is kept off the air.</summary>
    private (IReadOnlyList<EntryPosition> Ours, IReadOnlyList<EntryPosition> Guests) ForTheAir(IReadOnlyList<EntryPosition> wanted, TimeSpan now)
    {
        var ours = new List<EntryPosition>(wanted.Count);
        var guests = new List<EntryPosition>();
        foreach (var position in wanted)
        {
            if (ReadEntry(position) is not { } entry || Judge(entry, now) is not ({ } trafficClass, var at))
            {
                continue;
            }

            if (trafficClass != TrafficClass.Guest)
            {
                ours.Add(position);
            }
            else if (at <= now && guests.Count < MaxReleased)
            {
                guests.Add(position);
            }
        }

        return (ours, guests);
    }

    private void SpeakSet(IReadOnlyList<EntryPosition> wanted, int symbols, TimeSpan now)
    {
        var records = new SortedDictionary<EntryPosition, byte[]>(PositionOrder);
        foreach (var position in wanted.Take(RepairSetMessage.MaxEntries))
        {
            if (ReadEntry(position) is { } entry)
            {
                records.Add(position, _station.Writer.WriteCanonicalRecord(entry));
            }
        }

        if (records.Count == 0)
        {
            return;
        }

        AddRecent(records);
        var ranges = new List<RepairRange>();
        var hash = new SaltedHash(RepairSetMessage.Salt);
        foreach (var position in records.Keys)
        {
            var tag = hash.Tag(LogName.Of(position.Log));
            if (ranges.Count > 0 && ranges[^1] is var last && last.Tag == tag && last.From + (ulong)last.Count == position.SequenceNumber)
            {
                ranges[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                ranges.Add(new RepairRange(tag, position.SequenceNumber, 1));
            }
        }

        Speak(ranges, [.. records.Values], symbols, [.. records.Keys], now);
    }

    /// <summary>
    /// Covers what came lately too: it costs a few bytes of manifest, and who lacks no more than those who asked need not ask. Longer records
    /// would make every symbol longer and stay out.
    /// </summary>
    private void AddRecent(SortedDictionary<EntryPosition, byte[]> records)
    {
        var longest = records.Values.Max(record => record.Length);
        var logs = records.Keys.Select(position => position.Log).ToHashSet();
        foreach (var position in _recent.Newest)
        {
            if (records.Count == RepairSetMessage.MaxEntries)
            {
                return;
            }

            if (!records.ContainsKey(position) && position.SequenceNumber > 1 && (logs.Count < MaxSetLogs || logs.Contains(position.Log)) &&
                _logs.StateOf(position.Log) is { Forked: false } state && state.Height >= position.SequenceNumber && ReadEntry(position) is { } entry &&
                _station.Writer.WriteCanonicalRecord(entry) is var record && record.Length <= longest * 5 / 4)
            {
                logs.Add(position.Log);
                records.Add(position, record);
            }
        }
    }

    private void Speak(List<RepairRange> ranges, List<byte[]> records, int symbols, List<EntryPosition> positions, TimeSpan now)
    {
        var symbolLength = RepairCoder.SymbolLengthFor(records);
        var ids = DrawIds(records.Count, symbols);
        var request = Request(BurstPurpose.Repair) with
        {
            Receivers = Math.Clamp(NeighboursExpected, 1, MaxServed),
            AskingAirtime = TimeOnAir.Of(_station.Modulation, TypicalWantLength),
        };
        var room = SymbolPlanner.MaxBurstLength(request) - BurstFormat.SealedOverhead;
        while (ids.Length > 0)
        {
            var message = new RepairSetMessage(ranges, symbolLength, [], default);
            var fit = Math.Clamp((room - message.ToBytes().Length) / (symbolLength + 1), 1, ids.Length);
            message = message with { SymbolIds = ids[..fit], Symbols = RepairCoder.Encode(records, symbolLength, ids.AsSpan(0, fit)) };
            ids = ids[fit..];
            var burst = _station.Writer.Write(BurstKind.RepairSet, message.ToBytes(), request);
            Enqueue(burst, BurstPurpose.Repair, TrafficClass.History, burst.Plan?.Frames ?? burst.Key.SourceSymbols, now, positions, [], 1 - (fit * (symbolLength + 1.0) / burst.PaddedBytes.Length));
        }
    }

    /// <summary>Symbols that are no entry by themselves, drawn at random, so that sets of different gateways add up.</summary>
    private byte[] DrawIds(int entries, int count)
    {
        var ids = Enumerable.Range(entries, Air.Erasure.ErasureCode.MaxSymbols - entries).Select(id => (byte)id).ToArray();
        _random.Shuffle(ids);
        return ids[..Math.Min(count, ids.Length)];
    }

    private IReadOnlyList<VerifiedEntry> HearRepairSet(ReceivedBurst burst, TimeSpan now)
    {
        if (RepairSetMessage.Read(burst.Body.Span) is not { } set)
        {
            return [];
        }

        var logs = _logs.Resolve(RepairSetMessage.Salt, set.Ranges.Select(range => range.Tag).ToHashSet(), new HashSet<ulong>()).ToLookup(pair => pair.Key, pair => pair.Value);
        if (set.Ranges.Any(range => !logs.Contains(range.Tag)))
        {
            return [];
        }

        var positions = set.Ranges
            .SelectMany(range => Enumerable.Range(0, range.Count).Select(i => new EntryPosition(logs[range.Tag].First(), range.From + (ulong)i)))
            .ToList();
        _desk.Answered(positions, set.SymbolIds.Count);
        foreach (var position in positions.Take(set.SymbolIds.Count))
        {
            NoteSaid(position, now);
        }

        var rebuilt = _sets.Add(set, positions, burst.Sender is not null, _station, ReadEntry, now);
        Counters.EntriesRepaired += rebuilt.Count;
        return rebuilt;
    }

    private bool Allows(Neighbour neighbour, TimeSpan now) => QuotaOf(neighbour, now).Allows(now);

    private void Charge(Neighbour neighbour, TimeSpan airtime, TimeSpan now) => QuotaOf(neighbour, now).Spend(airtime, now);

    private AirtimeBudget QuotaOf(Neighbour neighbour, TimeSpan now) =>
        neighbour.RepairQuota ??= new AirtimeBudget(
            _options.AirtimePerHour * Math.Max(_options.RepairSharePerNeighbour, _options.RepairShare / _neighbours.Count), now);

    private static void Append(List<EntryPosition> positions, LogKey log, ulong from, ulong to)
    {
        for (var sequenceNumber = Math.Max(from, 1); sequenceNumber <= to && positions.Count < RepairDesk.MaxPerNeighbour; sequenceNumber++)
        {
            positions.Add(new EntryPosition(log, sequenceNumber));
        }
    }
}
