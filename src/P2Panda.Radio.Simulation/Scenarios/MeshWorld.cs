using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Law;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Store;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>
/// Many shipped radio nodes on one ether in virtual time, with stores in memory and radios without chips. Node n is station "n".
/// </summary>
public sealed class MeshWorld : IDisposable
{
    private readonly List<Site> _sites = [];
    private readonly string _plan;
    private readonly NetworkId _network = NetworkId.FromName("simulation");

    /// <summary>A world without nodes.</summary>
    public MeshWorld(EtherOptions ether, string plan = "eu868", string profile = "standard")
    {
        Ether = new SimulatedEther(Time, ether);
        Plan = StationPlan.Create(RegionalPlans.Get(plan), new StationSetup { WantedDbm = 14 });
        Profile = profile;
        _plan = plan;
        Seed = ether.Seed;
    }

    /// <summary>The clock of everything.</summary>
    public VirtualTimeProvider Time { get; } = new();

    /// <summary>The channel.</summary>
    public SimulatedEther Ether { get; }

    /// <summary>What every station keeps to.</summary>
    public StationPlan Plan { get; }

    /// <summary>The network all nodes belong to.</summary>
    public NetworkId Network => _network;

    /// <summary>The profile of the plan in use.</summary>
    public string Profile { get; }

    /// <summary>Decides everything that is left to chance.</summary>
    public ulong Seed { get; }

    /// <summary>The nodes; one that is switched off is the one that was on last.</summary>
    public IReadOnlyList<RadioNode> Nodes => _sites.ConvertAll(site => site.Node);

    /// <summary>Their stores.</summary>
    public IReadOnlyList<ILogStore> Stores => _sites.ConvertAll(site => (ILogStore)site.Store);

    /// <summary>Their antennas.</summary>
    public IReadOnlyList<EtherStation> Stations => _sites.ConvertAll(site => site.Station);

    /// <summary>Adds a node; it is off until started.</summary>
    /// <param name="mesh">How it takes part.</param>
    /// <param name="history">What it holds already and does not send as news.</param>
    /// <param name="classify">What its entries are on the air; all are normal when none.</param>
    /// <param name="guests">What entries from the internet may do on the air.</param>
    /// <param name="alwaysAttribute">Whether gateways seal every burst.</param>
    /// <param name="trust">Whose seals it believes.</param>
    public RadioNode Add(
        MeshOptions mesh,
        IEnumerable<VerifiedEntry>? history = null,
        Func<VerifiedEntry, TrafficClass?>? classify = null,
        Node.Guests.IGuestPolicy? guests = null,
        bool alwaysAttribute = false,
        TrustPolicy trust = TrustPolicy.Open)
    {
        var number = _sites.Count;
        var store = new MemoryLogStore(time: Time);
        foreach (var entry in history ?? [])
        {
            Append(store, entry);
        }

        MarkRead(store);
        Span<byte> seed = stackalloc byte[32];
        seed.Clear();
        BitConverter.TryWriteBytes(seed, number);
        BitConverter.TryWriteBytes(seed[8..], Seed);
        seed[31] = 0x5E;
        var options = new RadioNodeOptions
        {
            Key = KeyPair.FromSeed(seed),
            Network = _network,
            Plan = Plan,
            Profile = Profile,
            Opening = new LedgerOpening { Boot = BootOf(number, 0), FirstStart = true },
            Mesh = mesh,
            Classify = classify ?? (_ => TrafficClass.Normal),
            Guests = guests,
            AlwaysAttribute = alwaysAttribute,
            Trust = trust,
        };
        var radio = new FastRadio(Ether, Topology.Name(number));
        var site = new Site(options, store, radio.Station, Chance(number)) { Clock = Time };
        site.Node = Create(site, radio);
        _sites.Add(site);
        return site.Node;
    }

    /// <summary>Switches a node off; its store stays.</summary>
    public void SwitchOff(int node) => _sites[node].Node.Dispose();

    /// <summary>Switches a node on again that was switched off: a new process on the store of the old one.</summary>
    /// <param name="node">The node.</param>
    /// <param name="rebooted">Whether the machine was restarted: its clocks begin anew and its date is wrong.</param>
    public RadioNode SwitchOn(int node, bool rebooted = false)
    {
        var site = _sites[node];
        if (rebooted)
        {
            site.Boots++;
            site.Clock = new RebootedTimeProvider(Time, TimeSpan.FromDays(-100 * site.Boots));
        }

        site.Options = site.Options with { Opening = new LedgerOpening { Boot = BootOf(node, site.Boots) } };
        site.Node = Create(site, new FastRadio(Ether, site.Station));
        site.Node.Start();
        return site.Node;
    }

    /// <summary>Somebody publishes an entry at a node.</summary>
    public void Publish(int node, VerifiedEntry entry)
    {
        Append(_sites[node].Store, entry);
        _sites[node].Node.StoreChanged();
    }

    /// <summary>A node goes away and comes back with entries that it does not send as news.</summary>
    public void ComeBackWith(int node, IEnumerable<VerifiedEntry> entries)
    {
        SwitchOff(node);
        foreach (var entry in entries)
        {
            Append(_sites[node].Store, entry);
        }

        MarkRead(_sites[node].Store);
        SwitchOn(node);
    }

    /// <summary>Whether a node has an entry.</summary>
    public bool Has(int node, LogKey log, ulong sequenceNumber) => _sites[node].Store.View.HeightOf(log) >= sequenceNumber;

    /// <summary>Time on air of all nodes by what it was for.</summary>
    public IReadOnlyDictionary<string, MeshTraffic> Traffic()
    {
        var sum = new SortedDictionary<string, MeshTraffic>(StringComparer.Ordinal);
        foreach (var (kind, traffic) in _sites.SelectMany(site => site.Earlier.Append(site.Node).SelectMany(node => node.Mesh.Counters.Traffic)))
        {
            var before = sum.GetValueOrDefault(kind);
            sum[kind] = new MeshTraffic(before.Frames + traffic.Frames, before.Airtime + traffic.Airtime);
        }

        return sum;
    }

    /// <summary>The same, less what it was at an earlier moment.</summary>
    public IReadOnlyDictionary<string, MeshTraffic> TrafficSince(IReadOnlyDictionary<string, MeshTraffic> before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return Traffic().ToDictionary(pair => pair.Key, pair => new MeshTraffic(
            pair.Value.Frames - before.GetValueOrDefault(pair.Key).Frames, pair.Value.Airtime - before.GetValueOrDefault(pair.Key).Airtime));
    }

    /// <summary>What the independent checker has against transmissions of the nodes.</summary>
    public IReadOnlyList<LawViolation> Violations(IEnumerable<Transmission> transmissions)
    {
        using var file = typeof(RegionalPlans).Assembly.GetManifestResourceStream($"regions/{_plan}.json")!;
        using var plan = new MemoryStream();
        file.CopyTo(plan);
        var checker = new LawChecker(plan.ToArray(), null, [], Plan.Setup.AntennaGainDbi, Plan.Setup.CableLossDb);
        return
        [
            .. transmissions.GroupBy(sent => sent.Sender).SelectMany(station => checker.Check(station.Select(sent => new EmissionRecord(
                sent.Start, sent.Airtime, (long)sent.Emission.FrequencyHz, sent.Emission.Modulation.BandwidthHz, (int)sent.Emission.PowerDbm)))),
        ];
    }

    private static void MarkRead(MemoryLogStore store)
    {
        Span<byte> feed = stackalloc byte[sizeof(long)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(feed, store.LastChange);
        store.Marks.Write(MarkKind.Feed, "mesh"u8, feed);
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
        foreach (var site in _sites)
        {
            site.Node.Dispose();
            site.Options.Key.Dispose();
        }
    }

    private static Guid BootOf(int node, int boots) => new(node, (short)boots, 0, [1, 2, 3, 4, 5, 6, 7, 8]);

    // Waits of a simulation are to be repeatable.
#pragma warning disable CA5394
    private Random Chance(int number) => new(((int)Seed * 7919) + number);
#pragma warning restore CA5394

    private static RadioNode Create(Site site, FastRadio radio) =>
        new(site.Options, site.Store, radio, site.Clock, site.Random, NullLogger<RadioNode>.Instance);

    private sealed class Site(RadioNodeOptions options, MemoryLogStore store, EtherStation station, Random random)
    {
        private RadioNode? _node;

        public RadioNodeOptions Options { get; set; } = options;

        public MemoryLogStore Store => store;

        public EtherStation Station => station;

        public Random Random => random;

        public required TimeProvider Clock { get; set; }

        public int Boots { get; set; }

        public List<RadioNode> Earlier { get; } = [];

        public RadioNode Node
        {
            get => _node!;
            set
            {
                if (_node is not null)
                {
                    Earlier.Add(_node);
                }

                _node = value;
            }
        }
    }
}
