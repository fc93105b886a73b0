using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh;
using P2Panda.Store;

namespace P2Panda.Radio.Node;

/// <summary>Puts a mesh node together from a store and the options of its radio node.</summary>
internal static class MeshParts
{
    public static MeshNode Create(
        RadioNodeOptions options,
        ILogStore store,
        ILogView known,
        IBurstCounter counter,
        LoraModulation modulation,
        TimeSpan? maxDwell,
        EntryReader read,
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
        var receiver = new BurstReceiver(new BurstReceiverOptions
        {
            Network = options.Network,
            Keys = new TrustedKeys(options.Trust, store.Marks),
            Replay = new ReplayMarks(store.Marks),
            Logs = store.View,
            Shapes = shapes,
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
            Classify = options.Classify,
            MaxDwell = maxDwell,
        };
        return new MeshNode(options.Mesh, station, random, now);
    }
}
