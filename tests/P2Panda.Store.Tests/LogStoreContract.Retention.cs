using P2Panda.Core.Logs;

namespace P2Panda.Store.Tests;

/// <summary>What is only carried goes when it is old.</summary>
public abstract partial class LogStoreContract
{
    [Fact]
    public async Task Old_carried_logs_are_forgotten_and_kept_ones_stay()
    {
        var store = await OpenAsync();
        var (carried, kept) = (new TestLog(1), new TestLog(2));
        await store.AppendAsync(carried.Upto(5), RetentionClass.Carried);
        await store.AppendAsync(kept.Upto(5), RetentionClass.Kept);
        Clock.Advance(TimeSpan.FromHours(2));

        var result = await store.PruneAsync(Clock.GetUtcNow() - TimeSpan.FromHours(1));

        result.Entries.ShouldBe(5);
        result.ForgottenLogs.ShouldBe([carried.Key]);
        store.FindLog(carried.Key).ShouldBeNull();
        (await store.ReadAsync(LogFormat.Bamboo, carried[2].Id)).ShouldBeNull();
        store.View.TryGetPosition(carried[2].Id, out _, out _).ShouldBeFalse();
        store.EntryCount.ShouldBe(5);
        (await AppendAsync(store, carried.Upto(5))).ShouldAllBe(outcome => outcome == AppendOutcome.Appended);
        (await store.ReadChangesAsync(10, 100)).Changes.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Many_logs_are_pruned_in_one_call()
    {
        var store = await OpenAsync();
        var entries = Enumerable.Range(0, 150).Select(i => new TestLog(1, (ulong)i)[1]).ToList();
        await store.AppendAsync(entries, RetentionClass.Carried);
        Clock.Advance(TimeSpan.FromHours(2));

        var result = await store.PruneAsync(Clock.GetUtcNow());

        result.Entries.ShouldBe(150);
        result.ForgottenLogs.ShouldBe(entries.Select(entry => entry.Log));
        store.Logs().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_carried_log_that_grows_loses_its_beginning_and_links_are_still_checked()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync(log.Upto(10), RetentionClass.Carried);
        Clock.Advance(TimeSpan.FromHours(2));
        await store.AppendAsync(log.Upto(12), RetentionClass.Carried);

        var result = await store.PruneAsync(Clock.GetUtcNow() - TimeSpan.FromHours(1));

        result.Entries.ShouldBe(10);
        result.ForgottenLogs.ShouldBeEmpty();
        store.FindLog(log.Key).ShouldBe(new LogSummary(log.Key, 12, log[12].Id, 11, RetentionClass.Carried, IsForked: false));
        store.EntryCount.ShouldBe(2);
        (await store.ReadRangeAsync(log.Key, 1, 100)).Select(entry => entry.SequenceNumber).ShouldBe([11ul, 12]);
        (await store.ReadAsync(log.Key, 4)).ShouldBeNull();
        store.View.TryGetBytes(log.Key, 4, out _, out _).ShouldBeFalse();
        store.View.TryGetId(log.Key, 4, out var id).ShouldBeTrue();
        id.ShouldBe(log[4].Id);

        // The thirteenth entry skips to the fourth, whose bytes are gone.
        var wrong = log.Make(13, "wrong", to => to == 12 ? log[12].Id : TestLog.IdOf("elsewhere"u8));
        (await AppendAsync(store, wrong, log[13], log[4])).ShouldBe(
            [AppendOutcome.SkiplinkMismatch, AppendOutcome.Appended, AppendOutcome.Appended]);
    }

    [Fact]
    public async Task Pruned_entries_of_a_log_that_is_kept_again_can_be_received_again()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync(log.Upto(3), RetentionClass.Carried);
        Clock.Advance(TimeSpan.FromHours(2));
        await store.AppendAsync(log[4], RetentionClass.Carried);
        await store.PruneAsync(Clock.GetUtcNow() - TimeSpan.FromHours(1));

        (await store.AppendAsync(log[2], RetentionClass.Carried)).Outcome.ShouldBe(AppendOutcome.AlreadyStored);
        (await store.SetRetentionAsync(log.Key, RetentionClass.Kept)).ShouldBeTrue();
        (await store.AppendAsync(log[2], RetentionClass.Carried)).ShouldBe(new AppendResult(AppendOutcome.Appended, 5));
        store.FindLog(log.Key)!.Value.AvailableFrom.ShouldBe(4ul);
        (await store.AppendAsync(log[1])).ShouldBe(new AppendResult(AppendOutcome.Appended, 6));
        (await store.AppendAsync(log[3])).Outcome.ShouldBe(AppendOutcome.Appended);
        store.FindLog(log.Key)!.Value.AvailableFrom.ShouldBe(1ul);
        (await store.ReadRangeAsync(log.Key, 1, 10)).Select(entry => entry.Id).ShouldBe(log.Upto(4).Select(entry => entry.Id));
        store.EntryCount.ShouldBe(4);
    }

    [Fact]
    public async Task A_log_takes_the_strongest_class_it_was_given()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync(log[1], RetentionClass.Carried);
        await store.AppendAsync(log[2], RetentionClass.Carried);
        Retention().ShouldBe(RetentionClass.Carried);
        await store.AppendAsync(log[2], RetentionClass.Kept);
        Retention().ShouldBe(RetentionClass.Kept);
        await store.AppendAsync(log[3], RetentionClass.Carried);
        Retention().ShouldBe(RetentionClass.Kept);
        await store.SetRetentionAsync(log.Key, RetentionClass.Carried);
        Retention().ShouldBe(RetentionClass.Carried);
        (await store.SetRetentionAsync(new TestLog(9).Key, RetentionClass.Kept)).ShouldBeFalse();

        RetentionClass Retention() => store.FindLog(log.Key)!.Value.Retention;
    }

    [Fact]
    public async Task Old_carried_entries_leave_the_buffer()
    {
        var store = await OpenAsync();
        var (carried, kept) = (new TestLog(1), new TestLog(2));
        await store.AppendAsync(carried[3], RetentionClass.Carried);
        await store.AppendAsync(kept[3], RetentionClass.Kept);
        Clock.Advance(TimeSpan.FromHours(2));

        (await store.PruneAsync(Clock.GetUtcNow())).Buffered.ShouldBe(1);
        store.BufferedPositions(carried.Key).ShouldBeEmpty();
        store.BufferedPositions(kept.Key).ShouldBe([3ul]);
    }

    [Fact]
    public async Task Fork_evidence_outlives_its_log()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync([log[1], log.Other(1)], RetentionClass.Carried);
        Clock.Advance(TimeSpan.FromHours(2));
        await store.PruneAsync(Clock.GetUtcNow());

        var fork = (await store.ReadForksAsync(0, 10)).ShouldHaveSingleItem();
        fork.First.EntryBytes.ToArray().ShouldBe(log[1].EntryBytes.ToArray());
        await store.AppendAsync(log[1]);
        store.FindLog(log.Key)!.Value.IsForked.ShouldBeTrue();
    }
}
