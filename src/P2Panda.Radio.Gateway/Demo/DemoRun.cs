using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Nodes;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Gateway.Demo;

/// <summary>
/// Three gateways A–B–C in a row, A and C out of each other's range, on one simulated channel in virtual time. Each has its own SQLite
/// database and drives its own SX1276 model through the shipped driver. Each is given one third of the input logs to publish.
/// </summary>
internal sealed class DemoRun : IAsyncDisposable
{
    public static readonly string[] Names = ["A", "B", "C"];

    private static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly VirtualTimeProvider _time = new(Start);
    private readonly List<SqliteLogStore> _stores = [];
    private readonly List<KeyPair> _keys = [];
    private readonly List<SimulatedGateway> _gateways = [];
    private readonly List<(TimeSpan At, SimulatedGateway Gateway, VerifiedEntry Entry)> _schedule = [];
    private readonly DemoOptions _options;

    public DemoRun(DemoOptions options, IReadOnlyList<IReadOnlyList<VerifiedEntry>> logs)
    {
        _options = options;
        Ether = new SimulatedEther(_time, new EtherOptions { Seed = (ulong)options.Seed });
        var plan = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup { WantedDbm = 14 });
        foreach (var (name, index) in Names.Select((name, index) => (name, index)))
        {
            var store = SqliteLogStore.Open(Path.Combine(options.Directory, name + ".db"), new SqliteOptions { Time = _time });
            _stores.Add(store);
            var seed = new byte[32];
            seed[0] = (byte)(index + 1);
            var key = KeyPair.FromSeed(seed);
            _keys.Add(key);
            var node = new RadioNodeOptions
            {
                Key = key,
                Network = NetworkId.FromName("demo"),
                Plan = plan,
                Profile = "standard",
                Opening = new LedgerOpening { FirstStart = true },
            };
            _gateways.Add(new SimulatedGateway(Ether, name, node, store, options.Seed + index, NullLogger<RadioNode>.Instance));
        }

        var link = new Link(LossProbability: options.Loss);
        Ether.Connect("A", "B", link);
        Ether.Connect("B", "C", link);
        foreach (var (log, index) in logs.Select((log, index) => (log, index)))
        {
            // Three conversations at once: each gateway has something new to say every few seconds.
            _schedule.AddRange(log.Select((entry, position) =>
                (TimeSpan.FromSeconds(5 + (options.SecondsBetweenEntries * position)) + (TimeSpan.FromSeconds(1) * index), _gateways[index % Names.Length], entry)));
        }

        _schedule.Sort((first, second) => first.At.CompareTo(second.At));
    }

    public SimulatedEther Ether { get; }

    public IReadOnlyList<SimulatedGateway> Gateways => _gateways;

    public int EntryCount => _schedule.Count;

    /// <summary>Frames that went between A and C, which cannot hear each other.</summary>
    public long DirectDeliveries => Ether.Counts("A", "C").Delivered + Ether.Counts("C", "A").Delivered;

    public TimeSpan Elapsed => _time.Elapsed;

    /// <summary>Runs until every gateway has every entry, or the time allowed is over. Reports after every simulated second.</summary>
    public bool Run(Action<DemoRun> report, CancellationToken cancellation)
    {
        foreach (var gateway in _gateways)
        {
            gateway.Start();
        }

        var next = 0;
        while (_time.Elapsed < _options.Limit)
        {
            cancellation.ThrowIfCancellationRequested();
            var until = _time.Elapsed + TimeSpan.FromSeconds(1);
            while (next < _schedule.Count && _schedule[next].At <= until)
            {
                if (_schedule[next].At > _time.Elapsed)
                {
                    _time.RunFor(_schedule[next].At - _time.Elapsed);
                }

                _schedule[next].Gateway.Publish(_schedule[next].Entry);
                next++;
            }

            if (until > _time.Elapsed)
            {
                _time.RunFor(until - _time.Elapsed);
            }

            report(this);
            if (next == _schedule.Count && _gateways.TrueForAll(gateway => gateway.Store.EntryCount == _schedule.Count))
            {
                return true;
            }
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        _gateways.ForEach(gateway => gateway.Dispose());
        foreach (var store in _stores)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }

        _keys.ForEach(key => key.Dispose());
    }
}
