using P2Panda.Core.Logs;

namespace P2Panda.Store.Tests;

/// <summary>Authors who sign two entries for one position.</summary>
public abstract partial class LogStoreContract
{
    [Fact]
    public async Task A_fork_is_refused_and_both_entries_are_kept_as_evidence()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync(log.Upto(6));

        (await store.AppendAsync(log.Other(4))).Outcome.ShouldBe(AppendOutcome.Fork);

        store.FindLog(log.Key)!.Value.IsForked.ShouldBeTrue();
        var fork = (await store.ReadForksAsync(0, 10)).ShouldHaveSingleItem();
        (fork.Log, fork.SequenceNumber, fork.Change).ShouldBe((log.Key, 4ul, 7L));
        fork.First.Id.ShouldBe(log[4].Id);
        fork.First.EntryBytes.ToArray().ShouldBe(log[4].EntryBytes.ToArray());
        fork.First.PayloadBytes!.Value.ToArray().ShouldBe(log[4].PayloadBytes!.Value.ToArray());
        fork.Second.Id.ShouldBe(log.Other(4).Id);
        fork.Second.EntryBytes.ToArray().ShouldBe(log.Other(4).EntryBytes.ToArray());
        fork.Second.PayloadBytes!.Value.ToArray().ShouldBe(log.Other(4).PayloadBytes!.Value.ToArray());
    }

    [Fact]
    public async Task A_fork_is_announced_once_and_never_argued_about_again()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync(log.Upto(3));

        (await AppendAsync(store, log.Other(2), log.Other(2), log.Other(3), log.Other(1)))
            .ShouldAllBe(outcome => outcome == AppendOutcome.Fork);

        (await store.ReadForksAsync(0, 10)).Count.ShouldBe(1);
        var change = (await store.ReadChangesAsync(3, 10)).Changes.ShouldHaveSingleItem();
        change.Kind.ShouldBe(StoreChangeKind.Forked);
        change.Entry.Id.ShouldBe(log.Other(2).Id);
        store.EntryCount.ShouldBe(3);
        (await store.ReadAsync(LogFormat.Bamboo, log.Other(2).Id)).ShouldBeNull();
    }

    [Fact]
    public async Task The_branch_met_first_goes_on()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await AppendAsync(store, [.. log.Upto(3), log.Other(3)]);

        (await AppendAsync(store, log[4], log[5])).ShouldBe([AppendOutcome.Appended, AppendOutcome.Appended]);
        store.FindLog(log.Key).ShouldBe(new LogSummary(log.Key, 5, log[5].Id, 1, RetentionClass.Kept, IsForked: true));
    }

    [Fact]
    public async Task Two_entries_that_wait_for_the_same_position_are_a_fork()
    {
        var store = await OpenAsync();
        var log = new TestLog();

        (await AppendAsync(store, log[3], log.Other(3))).ShouldBe([AppendOutcome.Buffered, AppendOutcome.Fork]);

        var fork = (await store.ReadForksAsync(0, 10)).ShouldHaveSingleItem();
        (fork.First.Id, fork.Second.Id).ShouldBe((log[3].Id, log.Other(3).Id));
        (await AppendAsync(store, log.Upto(2))).ShouldAllBe(outcome => outcome == AppendOutcome.Appended);
        store.FindLog(log.Key).ShouldBe(new LogSummary(log.Key, 3, log[3].Id, 1, RetentionClass.Kept, IsForked: true));
    }

    [Fact]
    public async Task Evidence_is_kept_for_a_bounded_number_of_logs_and_all_are_marked()
    {
        var store = await OpenAsync(new StoreBounds { MaxForkEvidence = 3 });
        var logs = Enumerable.Range(0, 5).Select(i => new TestLog(i)).ToList();
        foreach (var log in logs)
        {
            (await AppendAsync(store, log[1], log.Other(1))).ShouldBe([AppendOutcome.Appended, AppendOutcome.Fork]);
        }

        (await store.ReadForksAsync(0, 10)).Count.ShouldBe(3);
        (await store.ReadForksAsync(0, 2)).Count.ShouldBe(2);
        store.Logs().ShouldAllBe(log => log.IsForked);
        var page = await store.ReadChangesAsync(0, 100);
        page.Changes.Count.ShouldBe(8);
        page.ReadTo.ShouldBe(store.LastChange);
    }
}
