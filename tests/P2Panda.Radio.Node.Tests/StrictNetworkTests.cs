namespace P2Panda.Radio.Node.Tests;

public sealed class StrictNetworkTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Entries_travel_when_every_frame_or_every_burst_must_be_signed(bool strict, bool attributed)
    {
        using var pair = new Pair();
        using var left = pair.Gateway("left", pair.NewStore(), options => options with { Strict = strict, AlwaysAttribute = attributed });
        using var right = pair.Gateway("right", pair.NewStore(), options => options with { Strict = strict, AlwaysAttribute = attributed });
        pair.Connect("left", "right", loss: 0.1);
        left.Start();
        right.Start();
        pair.Time.RunFor(TimeSpan.FromMinutes(1));
        foreach (var entry in Pair.Entries().Take(40))
        {
            left.Publish(entry);
        }

        pair.Time.RunUntil(() => right.Store.EntryCount == 40, TimeSpan.FromHours(2)).ShouldBeTrue();
        pair.Ether.Transmissions.ShouldAllBe(sent => sent.Bytes.Length <= 255);
        if (strict)
        {
            pair.Ether.Transmissions.Count(sent => (sent.Bytes.ToArray()[0] & 0x20) == 0).ShouldBe(0);
        }
    }

    [Fact]
    public void An_open_neighbour_is_not_heard_by_a_strict_network()
    {
        using var pair = new Pair();
        using var left = pair.Gateway("left", pair.NewStore());
        using var right = pair.Gateway("right", pair.NewStore(), options => options with { Strict = true });
        pair.Connect("left", "right");
        left.Start();
        right.Start();
        left.Publish(Pair.Entries()[0]);
        pair.Time.RunFor(TimeSpan.FromMinutes(5));
        right.Node.Counters.FramesReceived.ShouldBeGreaterThan(0);
        right.Store.EntryCount.ShouldBe(0);
    }
}
