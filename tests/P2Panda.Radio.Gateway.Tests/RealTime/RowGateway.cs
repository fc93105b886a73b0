using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Gateway.Tests.RealTime;

/// <summary>What <c>p2panda-radio run</c> puts on the air, in this process: the shipped node and driver on a chip model, with default settings.</summary>
internal sealed class RowGateway : IDisposable
{
    private static readonly GatewaySettings Defaults = new();

    private readonly KeyPair _key;
    private readonly SimulatedStation _station;
    private readonly MemoryLogStore _store;
    private readonly SimulatedEther _ether;
    private readonly Random _chance;
    private RadioNode? _node;

    public RowGateway(SimulatedEther ether, string name, Random chance)
    {
        (_ether, _chance) = (ether, chance);
        _key = KeyOf(name);
        _station = new SimulatedStation(ether, name);
        _store = new MemoryLogStore(time: ether.Time);
    }

    public ILogView Logs => _store.View;

    /// <summary>Frames that the chip has received and the driver has not: it came too late, when another frame was there.</summary>
    public long FramesOverrun => _ether.Stations
        .Where(sender => sender.Name != _station.Name)
        .Sum(sender => _ether.Counts(sender.Name, _station.Name).Delivered) - (_node?.Counters.FramesReceived ?? 0);

    /// <summary>The radio key of a gateway: the same in every run.</summary>
    public static KeyPair KeyOf(string name) => KeyPair.FromSeed([.. Enumerable.Repeat((byte)name[0], KeyPair.SeedLength)]);

    /// <summary>Switches it on.</summary>
    public void Start()
    {
        _node = new RadioNode(
            new RadioNodeOptions
            {
                Key = _key,
                Network = new NetworkId(Convert.FromHexString(Defaults.Radio.NetworkId)),
                Plan = RadioNodes.PlanOf(Defaults.Radio),
                Profile = Defaults.Radio.Profile,
                Opening = new LedgerOpening { FirstStart = true },
                Mesh = Defaults.Mesh.ToOptions(),
            },
            _store,
            _station.Radio,
            _ether.Time,
            _chance,
            NullLogger<RadioNode>.Instance);
        _node.Start();
    }

    public async Task PublishAsync(VerifiedEntry entry)
    {
        (await _store.AppendAsync(entry)).IsStored.ShouldBeTrue();
        _node!.StoreChanged();
    }

    public void Dispose()
    {
        _node?.Dispose();
        _station.Dispose();
        _key.Dispose();
    }
}
