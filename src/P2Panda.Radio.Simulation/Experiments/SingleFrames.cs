using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>The yardstick of repair: every compressed entry sent once, author-sealed, in a frame of its own, with nothing lost.</summary>
public static class SingleFrames
{
    /// <summary>Time on air of these entries, each by itself.</summary>
    /// <param name="history">Logs from their beginning, which whoever receives is taken to hold as far as an entry leans on them.</param>
    /// <param name="entries">The entries of them that are sent.</param>
    /// <param name="modulation">How.</param>
    public static TimeSpan Airtime(IEnumerable<VerifiedEntry> history, IReadOnlyCollection<VerifiedEntry> entries, LoraModulation modulation)
    {
        var store = new MemoryLogStore();
        foreach (var entry in history)
        {
            store.AppendAsync(entry).AsTask().GetAwaiter().GetResult();
        }

        var shapes = new AirDictionary();
        shapes.LearnFrom(store.View);
        Span<byte> seed = stackalloc byte[32];
        using var key = KeyPair.FromSeed(seed);
        var writer = new BurstWriter(new BurstWriterOptions
        {
            Key = key,
            Network = NetworkId.FromName("yardstick"),
            Counter = new DurableBurstCounter(store.Marks, key.PublicKey),
            Logs = store.View,
            Shapes = shapes,
            Random = new Random(1),
        });
        var request = new PlanRequest { Modulation = modulation, MaxSourceSymbols = 1, Loss = 0, Probability = 0.5 };
        var terms = new EncodeOptions { AssumeSharedTerms = true };
        return entries.Aggregate(TimeSpan.Zero, (sum, entry) => sum + writer.WriteEntries([entry], request, terms)
            .Aggregate(TimeSpan.Zero, (one, burst) => one + TimeOnAir.Of(modulation, burst.FrameLength)));
    }
}
