using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Store.Tests;

/// <summary>What every log store does, whatever keeps its rows: appending, links, forks, reading.</summary>
public abstract partial class LogStoreContract : IAsyncLifetime
{
    private readonly List<ILogStore> _opened = [];

    private protected ManualClock Clock { get; } = new();

    /// <summary>Opens the store of this test; again with the same rows where the store is durable.</summary>
    protected abstract Task<ILogStore> OpenStoreAsync(StoreBounds? bounds, TimeProvider clock);

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }
    }

    private protected async Task<ILogStore> OpenAsync(StoreBounds? bounds = null)
    {
        var store = await OpenStoreAsync(bounds, Clock);
        _opened.Add(store);
        return store;
    }

    private protected static async Task<AppendOutcome[]> AppendAsync(ILogStore store, params IEnumerable<VerifiedEntry> entries) =>
        [.. (await store.AppendAsync([.. entries])).Select(result => result.Outcome)];

    [Fact]
    public async Task A_log_grows_entry_by_entry()
    {
        var store = await OpenAsync();
        var log = new TestLog();

        foreach (var entry in log.Upto(50))
        {
            (await store.AppendAsync(entry)).Outcome.ShouldBe(AppendOutcome.Appended);
        }

        store.FindLog(log.Key).ShouldBe(new LogSummary(log.Key, 50, log[50].Id, 1, RetentionClass.Kept, IsForked: false));
        store.EntryCount.ShouldBe(50);
        store.LastChange.ShouldBe(50);
    }

    [Fact]
    public async Task A_batch_is_judged_in_its_order()
    {
        var store = await OpenAsync();
        var log = new TestLog();

        (await AppendAsync(store, log.Upto(40))).ShouldAllBe(outcome => outcome == AppendOutcome.Appended);
        (await store.AppendAsync([])).ShouldBeEmpty();
        store.FindLog(log.Key)!.Value.Height.ShouldBe(40ul);
    }

    [Fact]
    public async Task An_entry_that_is_known_changes_nothing()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync(log.Upto(20));
        var before = store.LastChange;

        (await AppendAsync(store, log.Upto(20))).ShouldAllBe(outcome => outcome == AppendOutcome.AlreadyStored);
        (await AppendAsync(store, log[21], log[21])).ShouldBe([AppendOutcome.Appended, AppendOutcome.AlreadyStored]);
        store.LastChange.ShouldBe(before + 1);
        store.EntryCount.ShouldBe(21);
    }

    [Fact]
    public async Task What_comes_out_is_what_went_in()
    {
        var store = await OpenAsync();
        var log = new TestLog(author: 3, logId: 7);
        await store.AppendAsync(log.Upto(13));

        foreach (var entry in log.Upto(13))
        {
            var byPosition = await store.ReadAsync(log.Key, entry.SequenceNumber);
            var byId = await store.ReadAsync(LogFormat.Bamboo, entry.Id);
            foreach (var stored in new[] { byPosition, byId })
            {
                stored.ShouldNotBeNull();
                stored.Log.ShouldBe(log.Key);
                stored.SequenceNumber.ShouldBe(entry.SequenceNumber);
                stored.Id.ShouldBe(entry.Id);
                stored.EntryBytes.ToArray().ShouldBe(entry.EntryBytes.ToArray());
                stored.PayloadBytes!.Value.ToArray().ShouldBe(entry.PayloadBytes!.Value.ToArray());
                stored.ReceivedAt.ShouldBe(Clock.GetUtcNow());
                stored.Change.ShouldBe((long)entry.SequenceNumber);
            }
        }
    }

    [Fact]
    public async Task An_entry_without_payload_as_later_formats_allow_stays_without()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        var bare = new VerifiedEntry(log.Key, 1, log[1].Id, null, null, isEndOfLog: false, log[1].EntryBytes, null);

        (await store.AppendAsync(bare)).Outcome.ShouldBe(AppendOutcome.Appended);
        (await store.ReadAsync(log.Key, 1))!.PayloadBytes.ShouldBeNull();
    }

    [Fact]
    public async Task Entries_after_the_end_of_a_log_are_accepted_as_aquadoggo_does()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        var closing = log.Make(1, "last", _ => default, isEndOfLog: true);
        var next = log.Make(2, "after the last", _ => closing.Id);

        (await AppendAsync(store, closing, next)).ShouldBe([AppendOutcome.Appended, AppendOutcome.Appended]);
        (await store.ReadAsync(log.Key, 1))!.IsEndOfLog.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_not_stored_is_not_found()
    {
        var store = await OpenAsync();
        var (log, unknown) = (new TestLog(1), new TestLog(2));
        await store.AppendAsync(log.Upto(3));

        (await store.ReadAsync(log.Key, 0)).ShouldBeNull();
        (await store.ReadAsync(log.Key, 4)).ShouldBeNull();
        (await store.ReadAsync(log.Key, ulong.MaxValue)).ShouldBeNull();
        (await store.ReadAsync(unknown.Key, 1)).ShouldBeNull();
        (await store.ReadAsync(LogFormat.Bamboo, unknown[1].Id)).ShouldBeNull();
        (await store.ReadAsync((LogFormat)2, log[1].Id)).ShouldBeNull();
        (await store.ReadRangeAsync(unknown.Key, 0, 10)).ShouldBeEmpty();
        store.FindLog(unknown.Key).ShouldBeNull();
        store.View.HeightOf(unknown.Key).ShouldBeNull();
        store.View.TryGetId(log.Key, 4, out _).ShouldBeFalse();
        store.View.TryGetId(log.Key, 0, out _).ShouldBeFalse();
        store.View.TryGetPosition(unknown[1].Id, out _, out _).ShouldBeFalse();
        store.View.TryGetBytes(unknown.Key, 1, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Ranges_begin_where_asked_and_end_at_the_limit()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync(log.Upto(30));
        await store.AppendAsync(new TestLog(2).Upto(5));

        (await Positions(from: 0, limit: 100)).ShouldBe(Enumerable.Range(1, 30));
        (await Positions(from: 10, limit: 4)).ShouldBe([10, 11, 12, 13]);
        (await Positions(from: 30, limit: 4)).ShouldBe([30]);
        (await Positions(from: 31, limit: 4)).ShouldBeEmpty();
        (await Positions(from: ulong.MaxValue, limit: 4)).ShouldBeEmpty();

        async Task<IEnumerable<int>> Positions(ulong from, int limit) =>
            (await store.ReadRangeAsync(log.Key, from, limit)).Select(entry => (int)entry.SequenceNumber);
    }

    [Fact]
    public async Task A_range_ends_early_when_its_entries_are_large()
    {
        var store = await OpenAsync(new StoreBounds { MaxReadBytes = 1000 });
        var log = new TestLog();
        var entries = new List<VerifiedEntry>();
        for (ulong position = 1; position <= 5; position++)
        {
            entries.Add(log.Make(position, "large", to => entries[(int)to - 1].Id, payloadLength: 1000));
        }

        await store.AppendAsync(entries);

        (await store.ReadRangeAsync(log.Key, 1, 100)).Count.ShouldBe(1);
        (await store.ReadChangesAsync(0, 100)).ShouldSatisfyAllConditions(
            page => page.Changes.Count.ShouldBe(1), page => page.ReadTo.ShouldBe(1), page => page.HasMore.ShouldBeTrue());
    }

    [Fact]
    public async Task A_wrong_backlink_is_refused()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync(log.Upto(2));

        var wrong = log.Make(3, "wrong", _ => TestLog.IdOf("elsewhere"u8));
        (await store.AppendAsync(wrong)).Outcome.ShouldBe(AppendOutcome.BacklinkMismatch);
        (await store.AppendAsync(log[3])).Outcome.ShouldBe(AppendOutcome.Appended);
    }

    [Fact]
    public async Task A_wrong_skiplink_is_refused()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync(log.Upto(3));

        // The fourth entry skips to the first.
        var wrong = log.Make(4, "wrong", to => to == 3 ? log[3].Id : TestLog.IdOf("elsewhere"u8));
        (await store.AppendAsync(wrong)).Outcome.ShouldBe(AppendOutcome.SkiplinkMismatch);
        (await store.AppendAsync(log[4])).Outcome.ShouldBe(AppendOutcome.Appended);
    }

    [Fact]
    public async Task Links_within_a_batch_are_checked_too()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        var wrong = log.Make(4, "wrong", to => to == 3 ? log[3].Id : TestLog.IdOf("elsewhere"u8));

        (await AppendAsync(store, log[1], log[2], log[3], wrong, log[4])).ShouldBe([
            AppendOutcome.Appended,
            AppendOutcome.Appended,
            AppendOutcome.Appended,
            AppendOutcome.SkiplinkMismatch,
            AppendOutcome.Appended,
        ]);
    }

    [Fact]
    public async Task Logs_come_in_the_order_of_their_keys_up_to_the_largest_log_id()
    {
        var store = await OpenAsync();
        ulong[] ids = [ulong.MaxValue, 0, 255, 256, long.MaxValue, (ulong)long.MaxValue + 1, 1];
        var logs = ids.SelectMany(id => new[] { new TestLog(1, id), new TestLog(2, id) }).ToList();
        foreach (var log in logs)
        {
            (await store.AppendAsync(log[1])).Outcome.ShouldBe(AppendOutcome.Appended);
        }

        var sorted = logs.Select(log => log.Key).Order().ToList();
        store.Logs().Select(log => log.Log).ShouldBe(sorted);
        store.View.Heights().Select(height => height.Key).ShouldBe(sorted);
        store.LogsOf(LogFormat.Bamboo, TestLog.AuthorOf(1)).Select(log => log.Log.LogId.ToUInt64()).ShouldBe(ids.Order());
        store.LogsOf(LogFormat.Bamboo, TestLog.AuthorOf(3)).ShouldBeEmpty();
        (await store.ReadAsync(new TestLog(2, ulong.MaxValue).Key, 1)).ShouldNotBeNull();
    }

    [Fact]
    public async Task The_view_finds_ids_positions_bytes_and_authors()
    {
        var store = await OpenAsync();
        var log = new TestLog(1, 5);
        await store.AppendAsync(log.Upto(9));
        await store.AppendAsync(new TestLog(1, 6).Upto(1));
        await store.AppendAsync(new TestLog(2).Upto(1));

        store.View.HeightOf(log.Key).ShouldBe(9ul);
        store.View.TryGetId(log.Key, 4, out var id).ShouldBeTrue();
        id.ShouldBe(log[4].Id);
        store.View.TryGetPosition(id, out var key, out var position).ShouldBeTrue();
        (key, position).ShouldBe((log.Key, 4ul));
        store.View.TryGetBytes(log.Key, 4, out var bytes, out var payload).ShouldBeTrue();
        bytes.ToArray().ShouldBe(log[4].EntryBytes.ToArray());
        payload!.Value.ToArray().ShouldBe(log[4].PayloadBytes!.Value.ToArray());

        Authors([], 10).ShouldBe(new[] { TestLog.AuthorOf(1), TestLog.AuthorOf(2) }.Order());
        Authors([], 1).Count.ShouldBe(1);
        Authors(TestLog.AuthorOf(2).Bytes[..6], 10).ShouldBe([TestLog.AuthorOf(2)]);
        Authors(TestLog.AuthorOf(9).Bytes[..6], 10).ShouldBeEmpty();

        List<PublicKey> Authors(ReadOnlySpan<byte> prefix, int limit)
        {
            var matches = new List<PublicKey>();
            store.View.FindAuthors(prefix, limit, matches);
            return matches;
        }
    }

    [Fact]
    public async Task Concurrent_appends_of_the_same_entries_store_each_once()
    {
        var store = await OpenAsync();
        var logs = Enumerable.Range(0, 8).Select(i => new TestLog(i)).ToList();
        logs.ForEach(log => log.Upto(50));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => logs).Select(log => Task.Run(async () =>
        {
            var results = new List<AppendOutcome>();
            foreach (var entry in log.Upto(50))
            {
                results.Add((await store.AppendAsync(entry)).Outcome);
            }

            return results;
        })));

        outcomes.SelectMany(results => results).Count(outcome => outcome == AppendOutcome.Appended).ShouldBe(400);
        outcomes.SelectMany(results => results).ShouldAllBe(o => o == AppendOutcome.Appended || o == AppendOutcome.AlreadyStored);
        store.EntryCount.ShouldBe(400);
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        var store = await OpenAsync();
        var waiting = store.WaitForChangesAsync(0);
        await store.DisposeAsync();

        (await Should.ThrowAsync<StoreException>(async () => await store.AppendAsync(new TestLog()[1]))).Failure.ShouldBe(StoreFailure.Closed);
        (await Should.ThrowAsync<StoreException>(async () => await store.ReadAsync(new TestLog().Key, 1))).Failure
            .ShouldBe(StoreFailure.Closed);
        (await Should.ThrowAsync<StoreException>(() => waiting)).Failure.ShouldBe(StoreFailure.Closed);
    }
}
