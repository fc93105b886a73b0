using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Law;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>
/// Gateways scattered over a square, at each of which somebody writes chat lines at random times: shipped nodes in virtual time, and
/// afterwards the independent checker's verdict on what was transmitted.
/// </summary>
public sealed class ChatScenario : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly ChatScenarioOptions _options;
    private readonly MeshWorld _world;
    private readonly List<MadeUpAuthor> _authors = [];
    private readonly List<(TimeSpan At, int Node)> _schedule = [];
    private readonly List<Published> _published = [];
    private int _next;

    /// <summary>Sets the scene; everything that is left to chance follows from the seed.</summary>
    public ChatScenario(ChatScenarioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _world = new MeshWorld(new EtherOptions { Seed = (ulong)options.Seed, RecordBytes = false }, options.Plan, options.Profile);
        var degree = Math.Min(options.MeanNeighbours, options.Nodes - 1);
        var topology = Topology.Scatter(options.Nodes, degree, options.Seed, connected: true);
#pragma warning disable CA5394 // A scenario is to be repeatable.
        var random = new Random(options.Seed);
        for (var node = 0; node < options.Nodes; node++)
        {
            _world.Add(new MeshOptions());
            _authors.Add(new MadeUpAuthor((options.Seed * 10_007) + node));
            for (var entry = 0; entry < options.EntriesPerNode; entry++)
            {
                _schedule.Add((options.Writing * random.NextDouble(), node));
            }
        }
#pragma warning restore CA5394

        topology.Connect(_world.Ether, options.Loss);
        _schedule.Sort();
    }

    /// <summary>Simulated time so far.</summary>
    public TimeSpan Elapsed => _world.Time.Elapsed;

    /// <summary>Runs to the end.</summary>
    /// <param name="progress">Told after every simulated minute.</param>
    /// <param name="cancellation">Ends it early.</param>
    public ChatScenarioResult Run(Action<TimeSpan> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        foreach (var node in _world.Nodes)
        {
            node.Start();
        }

        var end = _options.Writing + _options.Quiet;
        for (var next = Step; next <= end; next += Step)
        {
            cancellation.ThrowIfCancellationRequested();
            for (; _next < _schedule.Count && _schedule[_next].At < next; _next++)
            {
                var node = _schedule[_next].Node;
                var entry = _authors[node].Write();
                _published.Add(new Published(entry.Log, entry.SequenceNumber, node, _world.Time.Elapsed));
                _world.Publish(node, entry);
            }

            _world.Time.RunFor(next - _world.Time.Elapsed);
            NoteArrivals();
            if (next.Ticks % TimeSpan.TicksPerMinute == 0)
            {
                progress(next);
            }
        }

        return Result();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _world.Dispose();
        _authors.ForEach(author => author.Dispose());
    }

    private void NoteArrivals()
    {
        foreach (var entry in _published)
        {
            for (var node = 0; node < _options.Nodes && entry.Arrivals.Count < _options.Nodes; node++)
            {
                if (!entry.Arrivals.ContainsKey(node) && _world.Has(node, entry.Log, entry.SequenceNumber))
                {
                    entry.Arrivals[node] = _world.Time.Elapsed - entry.At;
                }
            }
        }
    }

    private ChatScenarioResult Result()
    {
        var pairs = (long)_published.Count * (_options.Nodes - 1);
        var delays = _published.SelectMany(entry => entry.Arrivals.Where(arrival => arrival.Key != entry.Origin).Select(arrival => arrival.Value)).Order().ToList();
        return new ChatScenarioResult
        {
            Entries = _published.Count,
            Delivered = pairs == 0 ? 1 : (double)delays.Count / pairs,
            MedianDelay = delays.Count == 0 ? TimeSpan.Zero : delays[delays.Count / 2],
            NinetyFifthDelay = delays.Count == 0 ? TimeSpan.Zero : delays[(int)((delays.Count - 1) * 0.95)],
            Frames = _world.Ether.Transmissions.Count,
            Airtime = TimeSpan.FromTicks(_world.Ether.Transmissions.Sum(sent => sent.Airtime.Ticks)),
            Traffic = _world.Traffic(),
            Violations = Violations(),
        };
    }

    private List<LawViolation> Violations()
    {
        using var file = typeof(RegionalPlans).Assembly.GetManifestResourceStream($"regions/{_options.Plan}.json")!;
        using var plan = new MemoryStream();
        file.CopyTo(plan);
        var checker = new LawChecker(plan.ToArray(), null, [], _world.Plan.Setup.AntennaGainDbi, _world.Plan.Setup.CableLossDb);
        return
        [
            .. _world.Ether.Transmissions.GroupBy(sent => sent.Sender).SelectMany(station => checker.Check(station.Select(sent => new EmissionRecord(
                sent.Start, sent.Airtime, (long)sent.Emission.FrequencyHz, sent.Emission.Modulation.BandwidthHz, (int)sent.Emission.PowerDbm)))),
        ];
    }

    private sealed record Published(LogKey Log, ulong SequenceNumber, int Origin, TimeSpan At)
    {
        public Dictionary<int, TimeSpan> Arrivals { get; } = [];
    }
}
