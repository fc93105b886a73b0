using P2Panda.Radio.Air.Sealing;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Node.Tests;

/// <summary>A gateway whose disk died comes back with its key from a backup that is older than what neighbours have heard.</summary>
public sealed class RestoredKeyTests
{
    [Fact]
    public void Counter_goes_on_above_what_a_neighbour_has_heard()
    {
        using var pair = new Pair();
        var neighbourStore = pair.NewStore();
        using var neighbour = pair.Gateway("right", neighbourStore);
        var lastHeard = LiveAndDie(pair, neighbour, neighbourStore);

        var (restored, store) = Restore(pair, neighbour);
        using (restored)
        {
            pair.Time.RunFor(CounterRecovery.Patience - TimeSpan.FromMinutes(1));
            var counter = new DurableBurstCounter(store.Marks, pair.KeyOf('l').PublicKey);
            counter.IsRestored.ShouldBeTrue();
            counter.Last.ShouldBeInRange(lastHeard, lastHeard + 1000);
            restored.Node.Counters.FramesSent.ShouldBeGreaterThan(0);
            new ReplayMarks(neighbourStore.Marks)[pair.KeyOf('l').PublicKey].ShouldBeGreaterThan(lastHeard);

            pair.Time.RunFor(TimeSpan.FromHours(1));
            new DurableBurstCounter(store.Marks, pair.KeyOf('l').PublicKey).IsRestored.ShouldBeFalse();
        }
    }

    [Fact]
    public void Nobody_to_ask_means_silence_first_and_a_leap_then()
    {
        using var pair = new Pair();
        var (restored, store) = Restore(pair, neighbour: null);
        using (restored)
        {
            pair.Time.RunFor(CounterRecovery.Patience - TimeSpan.FromMinutes(1));
            restored.Node.Counters.FramesSent.ShouldBe(0);
            pair.Time.RunFor(TimeSpan.FromHours(3));
            restored.Node.Counters.FramesSent.ShouldBeGreaterThan(0);
            var counter = new DurableBurstCounter(store.Marks, pair.KeyOf('l').PublicKey);
            counter.IsRestored.ShouldBeFalse();
            counter.Last.ShouldBeGreaterThan(DurableBurstCounter.RestoreMargin);
        }
    }

    private static ulong LiveAndDie(Pair pair, Simulation.Nodes.SimulatedGateway neighbour, MemoryLogStore neighbourStore)
    {
        using var first = pair.Gateway("left", pair.NewStore());
        pair.Connect("left", "right");
        first.Start();
        neighbour.Start();
        foreach (var entry in Pair.Entries().Take(12))
        {
            first.Publish(entry);
            pair.Time.RunFor(TimeSpan.FromMinutes(20));
        }

        var heard = new ReplayMarks(neighbourStore.Marks)[pair.KeyOf('l').PublicKey];
        heard.ShouldBeGreaterThan(5UL);
        return heard;
    }

    private static (Simulation.Nodes.SimulatedGateway Gateway, MemoryLogStore Store) Restore(Pair pair, Simulation.Nodes.SimulatedGateway? neighbour)
    {
        var store = pair.NewStore();
        DurableBurstCounter.NoteRestored(store.Marks, pair.KeyOf('l').PublicKey, 5);
        var gateway = pair.Gateway("left again", store);
        if (neighbour is not null)
        {
            pair.Connect("left again", "right");
        }

        gateway.Start();
        return (gateway, store);
    }
}
