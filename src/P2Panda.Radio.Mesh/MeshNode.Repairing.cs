using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
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
    private const int MaxRepairEntries = 64;

    /// <summary>Below this share of symbols to entries a coded set is cheaper than the entries themselves.</summary>
    private const double CodedShare = 0.7;

    /// <summary>Bursts of repair on the way at a time.</summary>
    private const int MaxRepairBursts = 4;

    private readonly RepairDesk _desk = new();
    private readonly PendingRepairSets _sets = new();

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
        if (want.Logs is { } logs && logs.Scope == _options.Filter.Scope)
        {
            if (!neighbour.Thinking.TryTake(1, now))
            {
                Counters.QuotaRefusals++;
                return;
            }

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
                    _wants.AskedByOther(log, part.From, part.Count == 0 ? null : part.From + part.Count - 1, height + 1, now + (_frame * PatienceFrames));
                }

                if (!parts.Contains(name) && !parts.Contains(hash.Tag(LogName.Of(log))))
                {
                    Append(positions, log, 1, height);
                }
            }

            Serve(neighbour, positions, now);
        }

        foreach (var symbols in want.Symbols)
        {
            if (_memory.Find(symbols.Key) is { } burst && Allows(neighbour, now))
            {
                var frames = Math.Min(symbols.Missing + 1, FramesFor(Math.Max(1, symbols.Missing), BurstPurpose.Repair));
                Enqueue(burst, BurstPurpose.Repair, TrafficClass.History, frames, now + RepairDelay(neighbour, _options.AnswerWindowFrames), _memory.EntriesOf(burst.Key), []);
                Charge(neighbour, Air.Modulation.TimeOnAir.Of(_station.Modulation, burst.FrameLength) * frames, now);
                Counters.SymbolRepairs++;
            }
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

        if (_desk.Add(neighbour.Key, positions) && _desk.DueAt == TimeSpan.MaxValue)
        {
            _desk.DueAt = now + RepairDelay(neighbour, _options.AnswerWindowFrames);
        }
    }

    /// <summary>Those with better links and more airtime left answer first.</summary>
    private TimeSpan RepairDelay(Neighbour neighbour, int windowFrames)
    {
        var weakness = 1 - Math.Clamp((neighbour.SnrDb - WeakSnrDb) / (StrongSnrDb - WeakSnrDb), 0, 1);
        var poverty = 1 - _airtimeLeft;
        return _frame * (windowFrames * (0.5 + weakness + poverty + _random.NextDouble()));
    }

    private void Repair(TimeSpan now)
    {
        if (_desk.DueAt > now)
        {
            return;
        }

        var busy = _queue.All.Count(burst => burst.Purpose == BurstPurpose.Repair);
        var free = busy >= MaxRepairBursts ? now + (_frame * 8) : _repairBudget.AllowedAt(now);
        if (free > now)
        {
            _desk.DueAt = free;
            return;
        }

        var neighbours = _desk.Neighbours.ToList();
        var (wanted, symbols) = _desk.Take(MaxRepairEntries);
        var before = _queue.Count;
        var (positions, guests) = ForTheAir(wanted, now);
        Speak(guests, BurstPurpose.Repair, TrafficClass.Guest, now);
        if (positions.Count > 1 && symbols <= positions.Count * CodedShare)
        {
            SpeakSet(positions, symbols, now);
            Counters.RepairSets++;
        }
        else
        {
            Speak(positions, BurstPurpose.Repair, TrafficClass.History, now);
        }

        Counters.Repairs++;
        if (before != _queue.Count)
        {
            var airtime = _frame * positions.Count;
            foreach (var key in neighbours)
            {
                if (_neighbours.Find(key) is { } neighbour)
                {
                    Charge(neighbour, airtime / neighbours.Count, now);
                }
            }
        }

        _desk.DueAt = _desk.IsEmpty ? TimeSpan.MaxValue : now + _frame;
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

    private void SpeakSet(IReadOnlyList<EntryPosition> positions, int symbols, TimeSpan now)
    {
        var ranges = new List<RepairRange>();
        var records = new List<byte[]>();
        foreach (var position in positions)
        {
            if (ReadEntry(position) is not { } entry)
            {
                continue;
            }

            records.Add(_station.Writer.WriteCanonicalRecord(entry));
            if (ranges.Count > 0 && ranges[^1] is var last && last.Log == position.Log && last.From + (ulong)last.Count == position.SequenceNumber)
            {
                ranges[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                ranges.Add(new RepairRange(position.Log, position.SequenceNumber, 1));
            }
        }

        if (records.Count == 0)
        {
            return;
        }

        var symbolLength = RepairCoder.SymbolLengthFor(records);
        var ids = DrawIds(records.Count, symbols);
        var request = Request(BurstPurpose.Repair);
        var room = SymbolPlanner.MaxBurstLength(request) - BurstFormat.SealedOverhead;
        while (ids.Length > 0)
        {
            var message = new RepairSetMessage(ranges, symbolLength, [], default);
            var fit = Math.Clamp((room - message.ToBytes().Length) / (symbolLength + 1), 1, ids.Length);
            message = message with { SymbolIds = ids[..fit], Symbols = RepairCoder.Encode(records, symbolLength, ids.AsSpan(0, fit)) };
            ids = ids[fit..];
            var burst = _station.Writer.Write(BurstKind.RepairSet, message.ToBytes(), request);
            Enqueue(burst, BurstPurpose.Repair, TrafficClass.History, burst.Plan?.Frames ?? burst.Key.SourceSymbols, now, positions, []);
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

        foreach (var range in set.Ranges)
        {
            for (var i = 0; i < range.Count; i++)
            {
                _desk.StrikeOff(new EntryPosition(range.Log, range.From + (ulong)i));
            }
        }

        var rebuilt = _sets.Add(set, _station, ReadEntry, _options.Filter, now);
        Counters.EntriesRepaired += rebuilt.Count;
        return rebuilt;
    }

    private bool Allows(Neighbour neighbour, TimeSpan now) => _repairBudget.Allows(now) && QuotaOf(neighbour, now).Allows(now);

    private void Charge(Neighbour neighbour, TimeSpan airtime, TimeSpan now) => QuotaOf(neighbour, now).Spend(airtime, now);

    private AirtimeBudget QuotaOf(Neighbour neighbour, TimeSpan now) =>
        neighbour.RepairQuota ??= new AirtimeBudget(_options.AirtimePerHour * _options.RepairSharePerNeighbour, now);

    private static void Append(List<EntryPosition> positions, LogKey log, ulong from, ulong to)
    {
        for (var sequenceNumber = Math.Max(from, 1); sequenceNumber <= to && positions.Count < RepairDesk.MaxPerNeighbour; sequenceNumber++)
        {
            positions.Add(new EntryPosition(log, sequenceNumber));
        }
    }
}
