namespace P2Panda.Store.Tests;

/// <summary>Which door entries came through.</summary>
public abstract partial class LogStoreContract
{
    [Fact]
    public async Task The_first_door_an_entry_came_through_is_remembered()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync([log[1]], EntryOrigin.Internet);
        await store.AppendAsync([log[2]], EntryOrigin.Radio);
        await store.AppendAsync([log[1]], EntryOrigin.Radio);
        await store.AppendAsync(log[3]);

        var origins = new[] { EntryOrigin.Internet, EntryOrigin.Radio, EntryOrigin.Client };
        (await store.ReadRangeAsync(log.Key, 1, 10)).Select(entry => entry.Origin).ShouldBe(origins);
        (await store.ReadChangesAsync(0, 10)).Changes.Select(change => change.Entry.Origin).ShouldBe(origins);
        (await store.ReadAsync(log.Key, 2)).ShouldNotBeNull().Origin.ShouldBe(EntryOrigin.Radio);
        (await store.ReadAsync(log[1].Log.Format, log[1].Id)).ShouldNotBeNull().Origin.ShouldBe(EntryOrigin.Internet);
    }

    [Fact]
    public async Task An_entry_that_waited_keeps_its_door()
    {
        var store = await OpenAsync();
        var log = new TestLog();
        await store.AppendAsync([log[2]], EntryOrigin.Internet);
        await store.AppendAsync([log[1]], EntryOrigin.Radio);

        (await store.ReadRangeAsync(log.Key, 1, 10)).Select(entry => entry.Origin).ShouldBe([EntryOrigin.Radio, EntryOrigin.Internet]);
    }
}
