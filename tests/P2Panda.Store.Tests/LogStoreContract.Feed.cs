namespace P2Panda.Store.Tests;

/// <summary>The change feed.</summary>
public abstract partial class LogStoreContract
{
    [Fact]
    public async Task A_slow_reader_resumes_and_loses_nothing()
    {
        var store = await OpenAsync();
        var logs = Enumerable.Range(0, 5).Select(i => new TestLog(i)).ToList();
        var seen = new List<StoreChange>();
        long at = 0;
        for (ulong height = 1; height <= 20; height++)
        {
            foreach (var log in logs)
            {
                await store.AppendAsync(log[height]);
            }

            // Reads three of the five that were added.
            at = await ReadAsync(at, 3);
        }

        while (at < store.LastChange)
        {
            at = await ReadAsync(at, 7);
        }

        seen.Select(change => change.Sequence).ShouldBe(Enumerable.Range(1, 100).Select(i => (long)i));
        seen.ShouldAllBe(change => change.Kind == StoreChangeKind.Appended && change.Entry.Change == change.Sequence);
        seen.Select(change => (change.Entry.Log, change.Entry.SequenceNumber)).Distinct().Count().ShouldBe(100);

        async Task<long> ReadAsync(long after, int limit)
        {
            var page = await store.ReadChangesAsync(after, limit);
            page.Changes.Count.ShouldBeLessThanOrEqualTo(limit);
            page.HasMore.ShouldBe(page.Changes.Count == limit);
            seen.AddRange(page.Changes);
            return page.ReadTo;
        }
    }

    [Fact]
    public async Task A_reader_waits_until_something_is_new()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        var waiting = store.WaitForChangesAsync(0);
        waiting.IsCompleted.ShouldBeFalse();

        await store.AppendAsync(log[1]);
        await waiting;

        store.WaitForChangesAsync(0).IsCompleted.ShouldBeTrue();
        var next = store.WaitForChangesAsync(1);
        await store.AppendAsync(log[1]);
        next.IsCompleted.ShouldBeFalse();
        await store.AppendAsync(log[2]);
        await next;
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        var store = await OpenAsync();
        using var cancellation = new CancellationTokenSource();
        var waiting = store.WaitForChangesAsync(0, cancellation.Token);

        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_reader_at_the_end_gets_an_empty_page_and_its_place()
    {
        var store = await OpenAsync();
        (await store.ReadChangesAsync(0, 10)).ShouldSatisfyAllConditions(
            page => page.Changes.ShouldBeEmpty(), page => page.ReadTo.ShouldBe(0), page => page.HasMore.ShouldBeFalse());

        await store.AppendAsync(new TestLog().Upto(3));
        (await store.ReadChangesAsync(3, 10)).ReadTo.ShouldBe(3);
    }

    [Fact]
    public async Task A_reader_is_not_stuck_behind_changes_that_were_pruned()
    {
        var store = await OpenAsync();
        await store.AppendAsync(new TestLog().Upto(3), RetentionClass.Carried);
        Clock.Advance(TimeSpan.FromDays(1));
        await store.PruneAsync(Clock.GetUtcNow());

        var page = await store.ReadChangesAsync(0, 10);
        page.Changes.ShouldBeEmpty();
        page.ReadTo.ShouldBe(3);
        store.WaitForChangesAsync(page.ReadTo).IsCompleted.ShouldBeFalse();
    }
}
