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
    private static readonly TimeSpan LongPatience = TimeSpan.FromSeconds(45);

    /// <summary>However often it was in vain, what is missing is asked for again after this time: airtime comes back by the hour.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    /// <summary>Logs are asked for so much later at most because bursts are partly here of which none is completed.</summary>
    private static readonly TimeSpan LongestPartialWait = TimeSpan.FromMinutes(60);

    /// <summary>Times symbols are asked for in vain before the entries are.</summary>
    private const int VainAsks = 2;

    private const double RetryGrowth = 2;
    private const double LongRetryGrowth = 4;
    private const int MaxWaiting = 1024;
    private const int MaxPartsPerLog = 24;

    private readonly PartialBursts _partial = new();
    private readonly Dictionary<EntryPosition, VerifiedEntry> _waiting = [];
    private TimeSpan _progressAt;
    private TimeSpan _longestPause;
    private TimeSpan? _partialAwaitedSince;

    /// <summary>Something that we know we lack is about to be asked for, or was just now.</summary>
    private bool IsWaiting(TimeSpan now) => (!_wants.IsEmpty && _wants.Tries <= 1) || _partial.NextQuiet(now) is not null;

    /// <summary>We have compared with somebody not long ago.</summary>
    private bool IsInformed(TimeSpan now) => now - _comparedAt < _frame * MaxWaitFrames;

    /// <summary>A want has told of more entries than there are here.</summary>
    private bool HasLess(TimeSpan now) => IsInformed(now) && _logs.Totals.Entries < _knownElsewhere;

    /// <summary>
    /// What others say now may be for us, although we do not know what we lack: a want has told that there is more, or we announced not long
    /// ago.
    /// </summary>
    private bool MayLack(TimeSpan now) => HasLess(now) || now - _announcedAt < _frame * MaxWaitFrames;

    /// <summary>Entries that we know we lack, or none when there is no telling how many.</summary>
    private ulong? EntriesMissing => _wants.Missing(HeightOf);

    /// <summary>An entry came without its predecessor.</summary>
    private void NoteGap(VerifiedEntry entry, TimeSpan now)
    {
        if (_waiting.Count < MaxWaiting)
        {
            _waiting[new EntryPosition(entry.Log, entry.SequenceNumber)] = entry;
        }

        if (Decide(entry.Log, entry) == Filters.CarryDecision.Keep)
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

    /// <summary>A symbol of an unfinished burst was heard: as long as they come nothing is asked for.</summary>
    /// <returns>Whether it is to be reckoned with; anybody can send symbols of bursts that do not exist.</returns>
    private bool NotePartial(BurstKey key, int rank, TimeSpan now)
    {
        var quietAt = now + (_frame * (PartialIdleFrames + (4 * _random.NextDouble())));
        if (!_partial.Heard(key, rank, _wants.MayBeLong || EntriesMissing is null, quietAt, now))
        {
            return false;
        }

        NoteProgress(now);
        _partialAwaitedSince ??= now;
        if ((!_wants.IsEmpty || (key.SourceSymbols > 2 && MayLack(now))) && now - _partialAwaitedSince < LongestPartialWait)
        {
            _wants.Progress(quietAt);
        }

        return true;
    }

    /// <summary>Something of an answer came. How long a long one pauses, for want of airtime, is learned from the pauses it makes.</summary>
    private void NoteProgress(TimeSpan now)
    {
        var pause = _wants.HasProgressed ? now - _progressAt : TimeSpan.Zero;
        _longestPause = !_wants.MayBeLong ? TimeSpan.Zero : pause > _longestPause ? pause : _longestPause;
        _progressAt = now;
    }

    /// <summary>How long more of a long answer is waited for.</summary>
    private TimeSpan LongPause => Earlier(LongestPause, LongPatience > _longestPause * 1.25 ? LongPatience : _longestPause * 1.25);

    /// <summary>Somebody else asked for symbols that we lack too, and for no fewer.</summary>
    private void NoteAsked(BurstKey key, int missing, TimeSpan now)
    {
        if (_partial.Missing(key) <= missing)
        {
            _wants.Wait(now + (_frame * (PatienceFrames * (0.75 + (0.5 * _random.NextDouble())))));
        }
    }

    /// <summary>
    /// Asks in one breath for everything that is missing. What is partly here is completed before more is asked for, because another answer
    /// would be another burst; only when that was in vain it is asked for both ways.
    /// </summary>
    private void Ask(TimeSpan now)
    {
        if (_wants.DueAt > now)
        {
            return;
        }

        if (_wants.IsEmpty && !MayLack(now) && !_partial.HasResumed)
        {
            _wants.Clear();
            return;
        }

        var symbols = _partial.Take(now, _station.Receiver.RankOf);
        if (symbols.Count == 0 && _partial.NextQuiet(now) is { } quietAt && !(now - _partialAwaitedSince >= LongestPartialWait))
        {
            _wants.Wait(quietAt);
            return;
        }

        var logs = _wants.IsEmpty ? null : symbols.Count == 0 || _wants.Tries >= VainAsks ? _wants.Compose(_options.Filter.Scope, _saltHeard ?? FreshSalt, HeightOf, MissingOf) : null;
        _partialAwaitedSince = logs is null ? _partialAwaitedSince : null;
        _wants.Asked(tries => now + PauseAfter(tries, logs is not null));
        if (logs is null && symbols.Count == 0)
        {
            _wants.ClearIfEmpty();
            return;
        }

        // Whoever answers this lacks less than we do: what others want of us can wait for it.
        _desk.Wait(now + (_frame * (_options.AnswerWindowFrames * (0.5 + IncompleteWindows + _random.NextDouble()))));
        Talk(BurstKind.Want, new WantMessage(logs, symbols, logs is null ? null : _logs.Totals.Entries + EntriesMissing).ToBytes(), now);
        Counters.Wants++;
    }

    /// <summary>Who has much to answer, and has begun, may be out of airtime: only the first symbols of an answer are missed at once.</summary>
    private TimeSpan PauseAfter(int tries, bool isForLogs)
    {
        var longTries = _wants.MayBeLong && _wants.HasProgressed ? tries - (isForLogs ? 0 : 1) : 0;
        return Earlier(
            longTries > 0
                ? LongPause * (Math.Pow(LongRetryGrowth, longTries - 1) * (1 + (0.25 * _random.NextDouble())))
                : _frame * (PatienceFrames * Math.Pow(RetryGrowth, tries - 1) * (0.75 + (0.5 * _random.NextDouble()))),
            LongestPause);
    }

    private ulong HeightOf(LogKey log) => _station.Logs.HeightOf(log) ?? 0;

    private IEnumerable<(ulong From, ulong Count)> MissingOf(LogKey log, ulong height)
    {
        var from = HeightOf(log) + 1;
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
}
