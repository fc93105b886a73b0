using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Reassembly;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh;
using P2Panda.Store;

namespace P2Panda.Radio.Node;

/// <summary>Puts a mesh node together from a store and the options of its radio node.</summary>
internal static class MeshParts
{
    /// <summary>A gateway that has used up its hour completes a burst in the next one.</summary>
    private static readonly TimeSpan UnfinishedLifetime = TimeSpan.FromHours(2);

    public static MeshNode Create(
        RadioNodeOptions options,
        ILogStore store,
        ILogView known,
        IBurstCounter counter,
        LoraModulation modulation,
        TimeSpan? maxDwell,
        EntryReader read,
        IReadOnlyList<EntryPosition> recent,
        Random random,
        TimeSpan now)
    {
        var shapes = new AirDictionary();
        shapes.LearnFrom(store.View);
        var writer = new BurstWriter(new BurstWriterOptions
        {
            Key = options.Key,
            Network = options.Network,
            Counter = counter,
            Logs = store.View,
            Shapes = shapes,
            Random = random,
            AlwaysAttribute = options.AlwaysAttribute,
            Strict = options.Strict,
        });
        var replay = new ReplayMarks(store.Marks);
        var keys = new TrustedKeys(options.Trust, store.Marks);
        keys.Recall(replay.All.Select(mark => mark.Key));
        var receiver = new BurstReceiver(new BurstReceiverOptions
        {
            Network = options.Network,
            Keys = keys,
            Replay = replay,
            Logs = store.View,
            Shapes = shapes,
            Bounds = new AssemblyBounds { UnfinishedLifetime = UnfinishedLifetime },
            RequireAttribution = options.AlwaysAttribute,
            RequireStrict = options.Strict,
        });
        var station = new MeshStation
        {
            Key = options.Key.PublicKey,
            Modulation = modulation,
            Writer = writer,
            Receiver = receiver,
            Logs = known,
            Read = read,
            Shapes = shapes,
            Recent = recent,
            MetBefore = replay.All.Select(mark => mark.Key).ToHashSet(),
            Classify = options.Classify,
            MaxDwell = maxDwell,
        };
        return new MeshNode(options.Mesh, station, random, now);
    }
}
