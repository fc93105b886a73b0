using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Nodes;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Store;
using P2Panda.Store.Memory;
using P2Panda.Tests;

namespace P2Panda.Radio.Node.Tests;

/// <summary>Gateways on one ether in virtual time.</summary>
internal sealed class Pair : IDisposable
{
    private readonly List<KeyPair> _keys = [];

    public Pair() => Ether = new SimulatedEther(Time);

    public VirtualTimeProvider Time { get; } = new();

    public SimulatedEther Ether { get; }

    public static IReadOnlyList<VerifiedEntry> Entries()
    {
        using var vectors = TestVectors.Json("bamboo/entries_logs.json");
        return
        [
            .. vectors.RootElement.GetProperty("logs").EnumerateArray().SelectMany(log => log.GetProperty("entries").EnumerateArray())
                .Select(entry => BambooEntry.VerifyHex(entry.GetProperty("entry").GetString()!, entry.GetProperty("payload").GetString()!).Entry!),
        ];
    }

    public MemoryLogStore NewStore() => new(time: Time);

    public KeyPair KeyOf(int number)
    {
        var seed = new byte[32];
        seed[0] = (byte)number;
        var key = KeyPair.FromSeed(seed);
        _keys.Add(key);
        return key;
    }

    public SimulatedGateway Gateway(string name, ILogStore store, Func<RadioNodeOptions, RadioNodeOptions>? change = null)
    {
        var options = new RadioNodeOptions
        {
            Key = KeyOf(name[0]),
            Network = NetworkId.FromName("pair"),
            Plan = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup { WantedDbm = 14 }),
            Profile = "standard",
            Opening = new LedgerOpening { FirstStart = true },
        };
        return new SimulatedGateway(Ether, name, change is null ? options : change(options), store, name[0], NullLogger<RadioNode>.Instance);
    }

    public void Connect(string left, string right, double loss = 0) => Ether.Connect(left, right, new Link(LossProbability: loss));

    public void Dispose() => _keys.ForEach(key => key.Dispose());
}
