using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Node.Tests;

/// <summary>A database that does not answer keeps entries waiting, not the radio.</summary>
public sealed class StalledStoreTests : IDisposable
{
    private readonly Pair _pair = new();

    public void Dispose() => _pair.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TheRadioGoesOnAndEverythingIsThereInTheEnd(bool fails)
    {
        var (store, database) = StalledStore.Create(_pair.NewStore());
        var speaker = _pair.Gateway("a", _pair.NewStore());
        var listener = _pair.Gateway("b", store);
        _pair.Connect("a", "b");
        speaker.Node.Start();
        listener.Node.Start();
        _pair.Time.RunFor(TimeSpan.FromMinutes(1));
        var entries = Pair.Entries().GroupBy(entry => entry.Log).OrderByDescending(log => log.Count()).First().Take(6).ToList();

        database.IsStalled = true;
        foreach (var entry in entries)
        {
            await speaker.Store.AppendAsync(entry);
            speaker.Node.StoreChanged();
            _pair.Time.RunFor(TimeSpan.FromSeconds(30));
        }

        database.Waiting.ShouldBe(1, "one append is asked for, what comes after it is kept");
        listener.Node.Counters.AppendsOverdue.ShouldBe(1);
        listener.Node.Counters.FramesReceived.ShouldBeGreaterThanOrEqualTo(entries.Count);
        listener.Store.EntryCount.ShouldBe(0);
        var sent = listener.Node.Counters.FramesSent;
        _pair.Time.RunFor(TimeSpan.FromMinutes(20));
        listener.Node.Counters.FramesSent.ShouldBeGreaterThan(sent, "it still tells its neighbours that it is there");

        await database.ReleaseAsync(fails);
        // The append is finished by another thread, in its own time: virtual time must not run away from it. What builds upon an entry that
        // was not stored yet could not be rebuilt and is asked for now.
        for (var minute = 0; minute < 60 && listener.Store.EntryCount < entries.Count; minute++)
        {
            await Task.Delay(20);
            _pair.Time.RunFor(TimeSpan.FromMinutes(1));
        }

        listener.Store.View.HeightOf(entries[0].Log).ShouldBe((ulong)entries.Count);
        listener.Node.Counters.StoreFailures.ShouldBe(fails ? 1 : 0);
        listener.Node.Counters.BurstsDropped.ShouldBe(0);
    }

    [Fact]
    public async Task WhatCannotBeRememberedIsNotActedUponAndTheNodeGoesOn()
    {
        var (store, database) = StalledStore.Create(_pair.NewStore());
        var speaker = _pair.Gateway("a", _pair.NewStore());
        var listener = _pair.Gateway("b", store);
        _pair.Connect("a", "b");
        speaker.Node.Start();
        listener.Node.Start();
        database.MarksFail = true;
        _pair.Time.RunFor(TimeSpan.FromMinutes(30));
        listener.Node.Refusals[RefusalReason.NotRemembered].ShouldBeGreaterThan(0);

        database.MarksFail = false;
        var entry = Pair.Entries()[0];
        await speaker.Store.AppendAsync(entry);
        speaker.Node.StoreChanged();
        _pair.Time.RunFor(TimeSpan.FromMinutes(30));
        listener.Store.View.HeightOf(entry.Log).ShouldBe(1ul);
        var refused = listener.Node.Refusals[RefusalReason.NotRemembered];
        _pair.Time.RunFor(TimeSpan.FromMinutes(30));
        listener.Node.Refusals[RefusalReason.NotRemembered].ShouldBe(refused);
    }

    [Fact]
    public void ANodeStopsAlthoughItsStoreIsAway()
    {
        var (store, database) = StalledStore.Create(_pair.NewStore());
        var gateway = _pair.Gateway("a", store);
        gateway.Node.Start();
        _pair.Time.RunFor(TimeSpan.FromMinutes(1));
        database.MarksFail = true;
        Should.NotThrow(gateway.Node.Dispose);
        gateway.Node.Counters.StoreFailures.ShouldBe(1);
        gateway.Node.RadioState.ShouldNotBe(Air.Radio.RadioState.Receiving);
    }
}
