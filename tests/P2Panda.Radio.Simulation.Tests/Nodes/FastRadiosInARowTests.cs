using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Nodes;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Simulation.Tests.Nodes;

/// <summary>
/// Large scenarios run on radios without chips. What such gateways say is what the same gateways say that drive the register-level model:
/// frame for frame, at the same instants.
/// </summary>
public sealed class FastRadiosInARowTests
{
    private const int Gateways = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void They_say_what_gateways_with_chips_say_and_hold_the_same(int seed)
    {
        var chips = Run(seed, fast: false);
        var fast = Run(seed, fast: true);
        chips.Air.Count.ShouldBeGreaterThan(40);
        fast.Air.ShouldBe(chips.Air);
        fast.Heights.ShouldBe(chips.Heights);
    }

    private static (List<(string Sender, TimeSpan Start, int Length)> Air, List<ulong?> Heights) Run(int seed, bool fast)
    {
        var time = new VirtualTimeProvider();
        var ether = new SimulatedEther(time, new EtherOptions { Seed = (ulong)seed });
        var keys = new List<KeyPair>();
        var stores = new List<MemoryLogStore>();
        var nodes = new List<RadioNode>();
        var stations = new List<IDisposable>();
        for (var index = 0; index < Gateways; index++)
        {
            var keySeed = new byte[32];
            keySeed[0] = (byte)(index + 1);
            var key = KeyPair.FromSeed(keySeed);
            var store = new MemoryLogStore(time: time);
            var name = $"{index}";
            keys.Add(key);
            stores.Add(store);
            if (fast)
            {
                nodes.Add(new RadioNode(Row.Options(key), store, new FastRadio(ether, name), time, new Random(seed + index), NullLogger<RadioNode>.Instance));
                stations.Add(nodes[^1]);
            }
            else
            {
                var gateway = new SimulatedGateway(ether, name, Row.Options(key), store, seed + index, NullLogger<RadioNode>.Instance);
                nodes.Add(gateway.Node);
                stations.Add(gateway);
            }

            if (index > 0)
            {
                ether.Connect($"{index - 1}", name, new Link(LossProbability: 0.2));
            }
        }

        nodes.ForEach(node => node.Start());

        // Chips take some time to be reset.
        time.RunFor(TimeSpan.FromSeconds(1) - time.Elapsed);
        var logs = Row.ReferenceLogs();
        for (var index = 0; index < Gateways; index++)
        {
            foreach (var entry in logs[index].Take(8))
            {
                stores[index].AppendAsync(entry).AsTask().GetAwaiter().GetResult().IsStored.ShouldBeTrue();
                nodes[index].StoreChanged();
                time.RunFor(TimeSpan.FromSeconds(3));
            }
        }

        time.RunFor(TimeSpan.FromMinutes(30));
        var heights = stores.SelectMany(store => logs.Select(log => store.View.HeightOf(log[0].Log))).ToList();
        stations.ForEach(station => station.Dispose());
        keys.ForEach(key => key.Dispose());
        return ([.. ether.Transmissions.Select(sent => (sent.Sender, sent.Start, sent.Length))], heights);
    }
}
