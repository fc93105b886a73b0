using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh.Traffic;

namespace P2Panda.Radio.Mesh;

/// <content>Which entries may go on the air now, and which wait for their share.</content>
public sealed partial class MeshNode
{
    /// <summary>Held entries that are let go at a time.</summary>
    private const int MaxReleased = 8;

    /// <summary>Held logs looked at in a breath.</summary>
    private const int MaxTurns = 64;

    /// <summary>What is not meant for the air is asked about again after this time: the operator may have changed his mind.</summary>
    private static readonly TimeSpan ReconsiderAfter = TimeSpan.FromMinutes(1);

    private readonly HeldLogs _held = new();
    private readonly TrafficQuotas _quotas;

    /// <summary>Logs of which something is kept off the air for now.</summary>
    public int HeldLogCount => _held.Count;

    /// <summary>What is known about the spreading of an entry.</summary>
    public EntryReceipt Receipt(LogKey log, ulong sequenceNumber)
    {
        var (sent, heard) = _changes.FramesOf(new EntryPosition(log, sequenceNumber));
        return new EntryReceipt(Holders(log, sequenceNumber), _neighbours.Count, sent, heard, _held.FirstOf(log) <= sequenceNumber);
    }

    /// <summary>Whether a new entry may be sent now; otherwise its log is held from there on.</summary>
    private TrafficClass? Admit(LogKey log, ulong sequenceNumber, TimeSpan now)
    {
        if (_held.FirstOf(log) is { } first && first <= sequenceNumber)
        {
            return null;
        }

        if (ReadEntry(new EntryPosition(log, sequenceNumber)) is not { } entry)
        {
            return TrafficClass.Normal;
        }

        var (trafficClass, at) = Judge(entry, now);
        if (trafficClass is not null and not TrafficClass.Guest && at <= now)
        {
            return trafficClass;
        }

        // Internet-born entries always wait for their turn: there may be thousands.
        _held.Hold(log, sequenceNumber, at);
        return null;
    }

    private (TrafficClass? Class, TimeSpan At) Judge(VerifiedEntry entry, TimeSpan now)
    {
        if (entry.EntryBytes.Length + entry.PayloadBytes.GetValueOrDefault().Length > _options.MaxEntryBytes)
        {
            Counters.EntriesTooLarge++;
            return (null, now + ReconsiderAfter);
        }

        return _station.Classify(entry) is { } trafficClass
            ? (trafficClass, _quotas.AllowedAt(EntryOwner.Of(entry), trafficClass, now))
            : (null, now + ReconsiderAfter);
    }

    private void Release(TimeSpan now)
    {
        if (now < _held.DueAt)
        {
            return;
        }

        if (!HasRoom || _queue.All.Any(burst => burst.Class == TrafficClass.Guest))
        {
            _held.DueAt = now + (_frame * 4);
            return;
        }

        var released = 0;
        var next = TimeSpan.MaxValue;
        for (var turns = Math.Min(_held.Count, MaxTurns); turns > 0 && released < MaxReleased && _held.Turn() is { } turn; turns--)
        {
            if (ReadEntry(new EntryPosition(turn.Log, turn.Next)) is not { } entry)
            {
                next = Earlier(next, now + ReconsiderAfter);
                continue;
            }

            var (trafficClass, at) = Judge(entry, now);
            var isBeyond = trafficClass == TrafficClass.Guest && released > 0 && _quotas.GuestsLeft(now) < _frame * (2 * (released + 1));
            if (trafficClass is { } known && at <= now && !isBeyond)
            {
                _held.Advance(turn.Log, turn.Next + 1, _station.Logs.HeightOf(turn.Log) ?? 0);
                _batch.Add(new PendingEntry(new EntryPosition(turn.Log, turn.Next), known, now));
                NoteChange(turn.Log, turn.Next, now);
                released++;
            }
            else
            {
                next = Earlier(next, at > now ? at : now + _frame);
            }
        }

        _held.DueAt = _held.Count == 0 ? TimeSpan.MaxValue : released > 0 ? now + _options.BatchDelay : next;
    }

    /// <summary>How far a log may be told of.</summary>
    private ulong? HeightOnAir(LogKey log) => _station.Logs.HeightOf(log) is { } height
        ? _held.FirstOf(log) is { } first && first <= height ? first - 1 : height
        : null;
}
