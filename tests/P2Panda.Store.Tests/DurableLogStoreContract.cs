using P2Panda.Core.Logs;

namespace P2Panda.Store.Tests;

/// <summary>What a store whose rows are in a database does beyond <see cref="LogStoreContract"/>: everything survives closing it.</summary>
public abstract partial class DurableLogStoreContract : LogStoreContract
{
    private protected async Task<ILogStore> ReopenAsync(ILogStore store, StoreBounds? bounds = null)
    {
        await store.DisposeAsync();
        return await OpenAsync(bounds);
    }

    [Fact]
    public async Task Logs_entries_and_the_feed_are_there_after_reopening()
    {
        var store = await OpenAsync();
        var (log, other) = (new TestLog(1, ulong.MaxValue), new TestLog(2));
        await store.AppendAsync(log.Upto(30));
        await store.AppendAsync(other.Upto(5), RetentionClass.Carried);
        var logs = store.Logs();

        store = await ReopenAsync(store);

        store.Logs().ShouldBe(logs);
        store.EntryCount.ShouldBe(35);
        store.LastChange.ShouldBe(35);
        (await store.ReadRangeAsync(log.Key, 1, 100)).Select(entry => entry.Id).ShouldBe(log.Upto(30).Select(entry => entry.Id));
        (await store.ReadChangesAsync(30, 100)).Changes.Select(change => change.Entry.Log).ShouldAllBe(key => key == other.Key);
        (await AppendAsync(store, log.Upto(31))).Count(outcome => outcome == AppendOutcome.Appended).ShouldBe(1);
        store.LastChange.ShouldBe(36);
    }

    [Fact]
    public async Task Waiting_entries_survive_and_drain_afterwards()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await AppendAsync(store, [log[1], .. log.Upto(40).Skip(2)]);

        store = await ReopenAsync(store);

        store.BufferedCount.ShouldBe(38);
        (await AppendAsync(store, log[2])).ShouldBe([AppendOutcome.Appended]);
        store.View.HeightOf(log.Key).ShouldBe(40ul);
        store = await ReopenAsync(store);
        store.View.HeightOf(log.Key).ShouldBe(40ul);
        store.BufferedCount.ShouldBe(0);
        (await store.ReadAsync(log.Key, 40))!.EntryBytes.ToArray().ShouldBe(log[40].EntryBytes.ToArray());
    }

    [Fact]
    public async Task Links_of_waiting_entries_are_checked_after_reopening()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        var wrong = log.Make(4, "wrong", to => to == 3 ? log[3].Id : TestLog.IdOf("elsewhere"u8));
        await AppendAsync(store, log[1], wrong, log[3]);

        store = await ReopenAsync(store);

        await AppendAsync(store, log[2]);
        store.View.HeightOf(log.Key).ShouldBe(3ul);
        store.BufferedCount.ShouldBe(0);
    }

    [Fact]
    public async Task The_bounds_of_the_buffer_count_what_waited_before()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await AppendAsync(store, log[4], log[5], log[6]);

        store = await ReopenAsync(store, new StoreBounds { MaxBufferedPerAuthor = 3 });

        (await AppendAsync(store, log[7])).ShouldBe([AppendOutcome.BufferFull]);
        (await AppendAsync(store, log[3])).ShouldBe([AppendOutcome.Buffered]);
        store.BufferedPositions(log.Key).ShouldBe([3ul, 4, 5]);
    }

    [Fact]
    public async Task Forks_survive()
    {
        var store = await OpenAsync(new StoreBounds { MaxForkEvidence = 1 });
        var (proved, marked) = (new TestLog(1), new TestLog(2));
        await AppendAsync(store, proved[1], proved.Other(1), marked[1], marked.Other(1));

        store = await ReopenAsync(store);

        store.Logs().ShouldAllBe(log => log.IsForked);
        var before = store.LastChange;
        (await AppendAsync(store, proved.Other(1), marked.Other(1))).ShouldAllBe(outcome => outcome == AppendOutcome.Fork);
        store.LastChange.ShouldBe(before);
        (await store.ReadForksAsync(0, 10)).ShouldHaveSingleItem().Second.Id.ShouldBe(proved.Other(1).Id);
    }

    [Fact]
    public async Task Pruning_survives_and_change_numbers_are_never_given_twice()
    {
        var store = await OpenAsync();
        var (log, forgotten) = (new TestLog(1), new TestLog(2));
        await store.AppendAsync(log.Upto(3), RetentionClass.Carried);
        Clock.Advance(TimeSpan.FromHours(2));
        await store.AppendAsync(log[4], RetentionClass.Carried);
        await store.AppendAsync(forgotten.Upto(2), RetentionClass.Carried);
        await store.PruneAsync(Clock.GetUtcNow() - TimeSpan.FromHours(1));
        await store.SetRetentionAsync(log.Key, RetentionClass.Kept);
        Clock.Advance(TimeSpan.FromHours(2));
        (await store.PruneAsync(Clock.GetUtcNow())).ForgottenLogs.ShouldBe([forgotten.Key]);

        store = await ReopenAsync(store);

        store.FindLog(log.Key).ShouldBe(new LogSummary(log.Key, 4, log[4].Id, 4, RetentionClass.Kept, IsForked: false));
        store.EntryCount.ShouldBe(1);
        (await store.AppendAsync(log[5])).ShouldBe(new AppendResult(AppendOutcome.Appended, 7));
        (await store.AppendAsync(forgotten[1])).ShouldBe(new AppendResult(AppendOutcome.Appended, 8));
    }

    [Fact]
    public async Task Marks_survive()
    {
        var store = await OpenAsync();
        store.Marks.Write(MarkKind.Counter, "key"u8, [1, 2, 3]);
        store.Marks.Write(MarkKind.Replay, "gone"u8, [1]);
        store.Marks.Remove(MarkKind.Replay, "gone"u8);

        store = await ReopenAsync(store);

        store.Marks.Read(MarkKind.Counter, "key"u8).ShouldBe([1, 2, 3]);
        store.Marks.ReadAll(MarkKind.Replay).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_callers_share_commits_and_each_gets_its_own_answer()
    {
        var store = await OpenAsync(new StoreBounds { MaxQueuedWrites = 4, MaxEntriesPerCommit = 8 });
        var logs = Enumerable.Range(0, 64).Select(i => new TestLog(i)).ToList();

        var results = await Task.WhenAll(logs.Select(log => Task.Run(async () => await store.AppendAsync(log.Upto(5)))));

        results.SelectMany(result => result).ShouldAllBe(result => result.Outcome == AppendOutcome.Appended);
        results.SelectMany(result => result).Select(result => result.Change).Order().ShouldBe(Enumerable.Range(1, 320).Select(i => (long)i));
    }

    [Fact]
    public async Task An_append_that_was_given_up_before_its_turn_leaves_no_trace()
    {
        var store = await OpenAsync();
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await store.AppendAsync(new TestLog()[1], cancellation: cancellation.Token));
        store.LastChange.ShouldBe(0);
    }
}
