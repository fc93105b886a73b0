using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>One end of a link: the shipped writer and receiver over a store in memory.</summary>
internal sealed class AirStation
{
    private readonly KeyPair _key;

    public AirStation(int number, IEnumerable<VerifiedEntry> held, bool alwaysAttribute = false)
    {
        _key = AirCorpus.Key(100_000 + number);
        Store = new MemoryLogStore();
        Store.AppendAsync([.. held], RetentionClass.Kept).AsTask().GetAwaiter().GetResult();
        Dictionary.LearnFrom(Store);
        Writer = new BurstWriter(new BurstWriterOptions
        {
            Key = _key,
            Network = default,
            Counter = new DurableBurstCounter(Store, _key.PublicKey),
            Logs = Store,
            Shapes = Dictionary,
            Random = new Random(number),
            AlwaysAttribute = alwaysAttribute,
        });
    }

    public MemoryLogStore Store { get; }

    public AirDictionary Dictionary { get; } = new();

    public BurstWriter Writer { get; }

    public PublicKey PublicKey => _key.PublicKey;

    /// <summary>A receiver that has heard nothing yet and trusts the given keys.</summary>
    public BurstReceiver NewReceiver(params IEnumerable<PublicKey> trusted)
    {
        var keys = new TrustedKeys(TrustPolicy.List);
        foreach (var key in trusted)
        {
            keys.Add(key);
        }

        return new BurstReceiver(new BurstReceiverOptions
        {
            Network = default,
            Keys = keys,
            Replay = new ReplayMarks(),
            Logs = Store,
            Shapes = Dictionary,
        });
    }
}
