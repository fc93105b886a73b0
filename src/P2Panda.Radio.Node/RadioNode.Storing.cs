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

/// <content>What is heard goes to the store, which may be slow or away, and what the store shows goes to the mesh.</content>
public sealed partial class RadioNode
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
        foreach (var group in Enumerable.Range(0, heard.Entries.Count).GroupBy(index => Decide(heard.Entries[index])))
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

    private CarryDecision Decide(VerifiedEntry entry) => _filter.Decide(entry.Log, _store.View, entry);

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
                foreach (var group in waiting.GroupBy(Decide).Where(group => group.Key != CarryDecision.Ignore))
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

    private void WriteLastMarks()
    {
        try
        {
            _ledger.Flush(Now);
            WriteMarks();
        }
        catch (StoreException failure)
        {
            Counters.StoreFailures++;
            LogStoppedWithoutMarks(failure.Message);
        }

        TryKeepUnfinished(Now);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The store is away and is tried again: {Reason}")]
    private partial void LogStoreAway(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store is away at the stop: after the next start airtime counts as used that was only reserved, and some entries are offered to the mesh again ({Reason}).")]
    private partial void LogStoppedWithoutMarks(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store takes more than {Milliseconds} ms; the radio goes on and what it hears is kept until the store answers.")]
    private partial void LogStoreSlow(double milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old entries of carried logs were not dropped, that is tried again in an hour: {Reason}")]
    private partial void LogNotPruned(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Stored entry {SequenceNumber} of log {Log} is damaged ({Reason}) and is not sent; check the disk.")]
    private partial void LogDamaged(LogKey log, ulong sequenceNumber, BambooRefusal reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Entry {SequenceNumber} of log {Log} heard by radio was refused: {Outcome}.")]
    private partial void LogRefused(LogKey log, ulong sequenceNumber, AppendOutcome outcome);
}
