using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Reassembly;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Tests.Corpus;

/// <summary>A gateway's air, with logs in memory.</summary>
internal sealed class Station
{
    public static readonly PlanRequest Sf7 = new()
    {
        Modulation = new LoraModulation { SpreadingFactor = 7, BandwidthHz = 125_000 },
        Loss = 0.2,
    };

    public Station(
        int number,
        TrustPolicy policy = TrustPolicy.Open,
        bool strict = false,
        bool alwaysAttribute = false,
        AssemblyBounds? bounds = null,
        NetworkId network = default)
    {
        Key = SampleEntries.Key(1000 + number);
        Keys = new TrustedKeys(policy);
        Replay = new ReplayMarks();
        Writer = new BurstWriter(new BurstWriterOptions
        {
            Key = Key,
            Network = network,
            Counter = new Counter(),
            Logs = Logs,
            Shapes = Shapes,
            Random = new Random(number),
            Strict = strict,
            AlwaysAttribute = alwaysAttribute,
        });
        Receiver = new BurstReceiver(new BurstReceiverOptions
        {
            Network = network,
            Keys = Keys,
            Replay = Replay,
            Logs = Logs,
            Shapes = Shapes,
            Bounds = bounds ?? new AssemblyBounds(),
            RequireStrict = strict,
            RequireAttribution = alwaysAttribute,
        });
    }

    public KeyPair Key { get; }

    public TrustedKeys Keys { get; }

    public ReplayMarks Replay { get; }

    public MemoryLogs Logs { get; } = new();

    public AirDictionary Shapes { get; } = new();

    public BurstWriter Writer { get; }

    public BurstReceiver Receiver { get; }

    public EntryCodec Codec => new(new KnownEntries(Logs, Shapes), Shapes);

    public TimeSpan Now { get; set; }

    public byte[] Announcement => AnnouncementBody.Write([KeyValuePair.Create(AnnouncementBody.KeySection, Key.PublicKey.Bytes.ToArray())]);

    /// <summary>Hears a frame and stores what it brings.</summary>
    public FrameOutcome Hear(ReadOnlySpan<byte> frame)
    {
        var outcome = Receiver.Receive(frame, Now);
        Logs.Add(outcome.Burst?.Entries ?? []);
        return outcome;
    }

    private sealed class Counter : IBurstCounter
    {
        private ulong _last;

        public ulong Next() => ++_last;
    }
}
