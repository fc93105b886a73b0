using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Wants;

namespace P2Panda.Radio.Mesh;

/// <content>What this node lacks, and asking for it.</content>
public sealed partial class MeshNode
{
    /// <summary>Frames' time to wait for more after progress before asking again.</summary>
    private const int PatienceFrames = 24;

    /// <summary>Frames' time a partly heard burst may be silent before its missing symbols are asked for.</summary>
    private const int PartialIdleFrames = 8;

    /// <summary>After progress of a long answer it is waited for this long; answers pause when airtime is short.</summary>
    private static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(2);

    private const int MaxPartialAsks = 5;
    private const double RetryGrowth = 3;
    private const int MaxPartial = 128;
    private const int MaxWaiting = 1024;
    private const int MaxPartsPerLog = 24;

    private readonly Dictionary<BurstKey, Partial> _partial = [];
    private readonly Dictionary<EntryPosition, VerifiedEntry> _waiting = [];
    private TimeSpan _symbolWantDue = TimeSpan.MaxValue;

    /// <summary>Something that we know we lack is about to be asked for, or was just now.</summary>
    private bool IsWaiting => !_wants.IsEmpty && (_wants.Tries <= 1 || _partial.Values.Any(partial => partial.Asks <= 1));

    /// <summary>Entries that we know we lack, or none when there is no telling how many.</summary>
    private ulong? EntriesMissing => _wants.Missing(log => _station.Logs.HeightOf(log) ?? 0);

    /// <summary>An entry came without its predecessor.</summary>
    private void NoteGap(VerifiedEntry entry, TimeSpan now)
    {
        if (_waiting.Count < MaxWaiting)
        {
            _waiting[new EntryPosition(entry.Log, entry.SequenceNumber)] = entry;
        }

        if (_options.Filter.Decide(entry.Log) == Filters.CarryDecision.Keep)
        {
            // The missing one may be on its way by another neighbour.
            _wants.Add(entry.Log, entry.SequenceNumber, now + (_frame * (PatienceFrames * (0.5 + _random.NextDouble()))));
        }
    }

    /// <summary>A stored entry, or one that waits for its predecessor.</summary>
    private VerifiedEntry? ReadEntry(EntryPosition position) =>
        _waiting.GetValueOrDefault(position) ?? _station.Read(position.Log, position.SequenceNumber);

    private void PlanWants(SetDifference difference, uint salt, TimeSpan now)
    {
        var due = now + (_frame * (0.5 + (_options.AnswerWindowFrames * _random.NextDouble())));
        foreach (var log in difference.Logs)
        {
            if (!log.Ours.Forked && log.Theirs is { } theirs && theirs.Height > log.Ours.Height)
            {
                _wants.Add(log.Log, theirs.Height, due);
            }
            else if (!log.Ours.Forked && log.Theirs is { Forked: true })
            {
                _wants.Add(log.Log, log.Ours.Height + 1, due);
            }
        }

        _wants.AddElements(salt, difference.Unnamed, due);
    }

    private void NotePartial(BurstKey key, int rank, TimeSpan now)
    {
        if (key.SourceSymbols == 1 || (_partial.Count >= MaxPartial && !_partial.ContainsKey(key)))
        {
            return;
        }

        // What comes on is asked for again as often as it takes.
        _partial[key] = new Partial(key.SourceSymbols - rank, 0, now + (_frame * (PartialIdleFrames + (4 * _random.NextDouble()))));
        _symbolWantDue = _partial.Values.Min(partial => partial.DueAt);
    }

    /// <summary>Somebody else asked for symbols that we lack too.</summary>
    private void NoteAsked(BurstKey key, int missing, TimeSpan now)
    {
        if (_partial.TryGetValue(key, out var partial) && partial.Missing <= missing)
        {
            _partial[key] = partial with { DueAt = now + (_frame * PatienceFrames) };
            _symbolWantDue = _partial.Values.Min(other => other.DueAt);
        }
    }

    private void Ask(TimeSpan now)
    {
        if (_wants.DueAt > now && _symbolWantDue > now)
        {
            return;
        }

        // A burst heard in part may bring nothing that is not here already: only who knows that it lacks something asks for the rest.
        if (_wants.IsEmpty)
        {
            _symbolWantDue = TimeSpan.MaxValue;
            return;
        }

        var symbols = TakePartial(now);
        if (_partial.Count > 0)
        {
            // What is partly here is completed before more is asked for: another answer would be another burst.
            _wants.Wait(now + (_frame * PatienceFrames));
        }

        var logs = ComposeLogWant(now);
        if (logs is null && symbols.Count == 0)
        {
            return;
        }

        // Whoever answers this lacks less than we do: what others want of us can wait for it.
        _desk.Wait(now + (_frame * (_options.AnswerWindowFrames * (0.5 + (2 * AnswererStep) + _random.NextDouble()))));
        Talk(BurstKind.Want, new WantMessage(logs, symbols).ToBytes(), now);
        Counters.Wants++;
    }

    private LogWantMessage? ComposeLogWant(TimeSpan now) => _wants.DueAt > now
        ? null
        : _wants.Compose(_options.Filter.Scope, FreshSalt, MissingOf, (tries, isLong) => now + ((isLong ? LongPatience : _frame * PatienceFrames) * Math.Pow(RetryGrowth, tries - 1)));

    private IEnumerable<(ulong From, ulong Count)> MissingOf(LogKey log, ulong height)
    {
        var from = (_station.Logs.HeightOf(log) ?? 0) + 1;
        var parts = 0;
        while (from <= height && parts < MaxPartsPerLog)
        {
            while (from <= height && _waiting.ContainsKey(new EntryPosition(log, from)))
            {
                from++;
            }

            var end = from;
            while (end <= height && end - from < LogWantMessage.MaxItems * 8 && !_waiting.ContainsKey(new EntryPosition(log, end)))
            {
                end++;
            }

            if (end > from)
            {
                yield return (from, end - from);
                parts++;
            }

            from = end;
        }
    }

    private List<SymbolWant> TakePartial(TimeSpan now)
    {
        var wants = new List<SymbolWant>();
        if (_partial.Count > 0)
        {
            foreach (var (key, partial) in _partial.ToList())
            {
                // What is nearly due is asked for in the same breath.
                if (partial.DueAt > now + (_frame * (PartialIdleFrames / 2)) || wants.Count == WantMessage.MaxSymbolWants)
                {
                    continue;
                }

                if (partial.Asks >= MaxPartialAsks || _station.Receiver.RankOf(key) is not { } rank || rank >= key.SourceSymbols)
                {
                    _partial.Remove(key);
                    continue;
                }

                wants.Add(new SymbolWant(key, key.SourceSymbols - rank));
                _partial[key] = partial with { Asks = partial.Asks + 1, DueAt = now + (_frame * PatienceFrames * Math.Pow(RetryGrowth, partial.Asks)) };
            }
        }

        _symbolWantDue = _partial.Count > 0 ? _partial.Values.Min(partial => partial.DueAt) : TimeSpan.MaxValue;
        _symbolWantDue = _symbolWantDue > now ? _symbolWantDue : now + _frame;

        return wants;
    }

    private sealed record Partial(int Missing, int Asks, TimeSpan DueAt);
}
