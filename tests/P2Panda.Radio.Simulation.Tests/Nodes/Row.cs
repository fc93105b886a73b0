using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Law;
using P2Panda.Radio.Simulation.Nodes;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Store.Memory;
using P2Panda.Tests;

namespace P2Panda.Radio.Simulation.Tests.Nodes;

/// <summary>Gateways in a row: each hears its neighbours and nobody else. Shipped node and driver, chip models, virtual time.</summary>
internal sealed class Row : IDisposable
{
    private const string Region = "eu868";
    private readonly List<KeyPair> _keys = [];

    public Row(int count, int seed, double loss)
    {
        Ether = new SimulatedEther(Time, new EtherOptions { Seed = (ulong)seed });
        for (var index = 0; index < count; index++)
        {
            Gateways.Add(Create(Name(index), new MemoryLogStore(time: Time), seed + index));
            if (index > 0)
            {
                Ether.Connect(Name(index - 1), Name(index), new Link(LossProbability: loss));
            }
        }
    }

    public VirtualTimeProvider Time { get; } = new();

    public SimulatedEther Ether { get; }

    public List<SimulatedGateway> Gateways { get; } = [];

    public static IReadOnlyList<IReadOnlyList<VerifiedEntry>> ReferenceLogs()
    {
        using var vectors = TestVectors.Json("bamboo/entries_logs.json");
        return
        [
            .. vectors.RootElement.GetProperty("logs").EnumerateArray().Select(log => log.GetProperty("entries").EnumerateArray()
                .Select(entry => BambooEntry.VerifyHex(entry.GetProperty("entry").GetString()!, entry.GetProperty("payload").GetString()!).Entry!)
                .ToList()),
        ];
    }

    public void Start() => Gateways.ForEach(gateway => gateway.Start());

    /// <summary>Runs until every gateway holds so many entries.</summary>
    public bool RunUntilAllHold(int entries, TimeSpan atMost) =>
        Time.RunUntil(() => Gateways.TrueForAll(gateway => gateway.Store.EntryCount == entries), atMost);

    /// <summary>What the independent checker has against what was transmitted.</summary>
    public IReadOnlyList<LawViolation> Violations()
    {
        var plan = File.ReadAllBytes(Path.Combine(TestVectors.RepositoryRoot, "firmware-config", "regions", Region + ".json"));
        var checker = new LawChecker(plan, null, [], new StationSetup().AntennaGainDbi, 0);
        return
        [
            .. Gateways.SelectMany(gateway => checker.Check(Ether.Transmissions.Where(sent => sent.Sender == gateway.Name).Select(sent => new EmissionRecord(
                sent.Start,
                sent.Airtime,
                (long)sent.Emission.FrequencyHz,
                sent.Emission.Modulation.BandwidthHz,
                (int)sent.Emission.PowerDbm)))),
        ];
    }

    public void Dispose()
    {
        Gateways.ForEach(gateway => gateway.Dispose());
        _keys.ForEach(key => key.Dispose());
    }

    private static string Name(int index) => ((char)('A' + index)).ToString();

    private SimulatedGateway Create(string name, MemoryLogStore store, int seed)
    {
        var keySeed = new byte[32];
        keySeed[0] = (byte)(_keys.Count + 1);
        var key = KeyPair.FromSeed(keySeed);
        _keys.Add(key);
        return new SimulatedGateway(Ether, name, Options(key), store, seed, NullLogger<RadioNode>.Instance);
    }

    /// <summary>What kind of node stands in a row.</summary>
    public static RadioNodeOptions Options(KeyPair key) => new()
    {
        Key = key,
        Network = NetworkId.FromName("row"),
        Plan = StationPlan.Create(RegionalPlans.Get(Region), new StationSetup { WantedDbm = 14 }),
        Profile = "standard",
        Opening = new LedgerOpening { FirstStart = true },
    };
}
