using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>
/// Many shipped radio nodes on one ether in virtual time, with stores in memory and radios without chips. Node n is station "n".
/// </summary>
public sealed class MeshWorld : IDisposable
{
    private readonly List<RadioNode> _nodes = [];
    private readonly List<MemoryLogStore> _stores = [];
    private readonly List<KeyPair> _keys = [];
    private readonly NetworkId _network = NetworkId.FromName("simulation");

    /// <summary>A world without nodes.</summary>
    public MeshWorld(EtherOptions ether, string plan = "eu868", string profile = "standard")
    {
        Ether = new SimulatedEther(Time, ether);
        Plan = StationPlan.Create(RegionalPlans.Get(plan), new StationSetup { WantedDbm = 14 });
        Profile = profile;
        Seed = ether.Seed;
    }

    /// <summary>The clock of everything.</summary>
    public VirtualTimeProvider Time { get; } = new();

    /// <summary>The channel.</summary>
    public SimulatedEther Ether { get; }

    /// <summary>What every station keeps to.</summary>
    public StationPlan Plan { get; }

    /// <summary>The profile of the plan in use.</summary>
    public string Profile { get; }

    /// <summary>Decides everything that is left to chance.</summary>
    public ulong Seed { get; }

    /// <summary>The nodes.</summary>
    public IReadOnlyList<RadioNode> Nodes => _nodes;

    /// <summary>Their stores.</summary>
    public IReadOnlyList<ILogStore> Stores => _stores;

    /// <summary>Adds a node; it is off until started.</summary>
    /// <param name="mesh">How it takes part.</param>
    /// <param name="history">What it holds already and does not send as news.</param>
    public RadioNode Add(MeshOptions mesh, IEnumerable<VerifiedEntry>? history = null)
    {
        var number = _nodes.Count;
        var store = new MemoryLogStore(time: Time);
        foreach (var entry in history ?? [])
        {
            Append(store, entry);
        }

        Span<byte> feed = stackalloc byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(feed, store.LastChange);
        store.Marks.Write(MarkKind.Feed, "mesh"u8, feed);
        Span<byte> seed = stackalloc byte[32];
        seed.Clear();
        BitConverter.TryWriteBytes(seed, number);
        BitConverter.TryWriteBytes(seed[8..], Seed);
        seed[31] = 0x5E;
        var key = KeyPair.FromSeed(seed);
        var options = new RadioNodeOptions
        {
            Key = key,
            Network = _network,
            Plan = Plan,
            Profile = Profile,
            Opening = new LedgerOpening { FirstStart = true },
            Mesh = mesh,
        };
        var radio = new FastRadio(Ether, Topology.Name(number));
#pragma warning disable CA5394 // Waits of a simulation are to be repeatable.
        var node = new RadioNode(options, store, radio, Time, new Random(((int)Seed * 7919) + number), NullLogger<RadioNode>.Instance);
#pragma warning restore CA5394
        _stores.Add(store);
        _keys.Add(key);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Somebody publishes an entry at a node.</summary>
    public void Publish(int node, VerifiedEntry entry)
    {
        Append(_stores[node], entry);
        _nodes[node].StoreChanged();
    }

    /// <summary>Whether a node has an entry.</summary>
    public bool Has(int node, LogKey log, ulong sequenceNumber) => _stores[node].View.HeightOf(log) >= sequenceNumber;

    /// <summary>Time on air of all nodes by what it was for.</summary>
    public IReadOnlyDictionary<string, MeshTraffic> Traffic()
    {
        var sum = new SortedDictionary<string, MeshTraffic>(StringComparer.Ordinal);
        foreach (var (kind, traffic) in _nodes.SelectMany(node => node.Mesh.Counters.Traffic))
        {
            var before = sum.GetValueOrDefault(kind);
            sum[kind] = new MeshTraffic(before.Frames + traffic.Frames, before.Airtime + traffic.Airtime);
        }

        return sum;
    }

    private static void Append(MemoryLogStore store, VerifiedEntry entry)
    {
        if (!store.AppendAsync(entry).AsTask().GetAwaiter().GetResult().IsStored)
        {
            throw new InvalidOperationException($"Entry {entry.SequenceNumber} could not be stored.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _nodes.ForEach(node => node.Dispose());
        _keys.ForEach(key => key.Dispose());
    }
}
