using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Law;
using P2Panda.Store;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>
/// Runs a scenario: shipped nodes in virtual time on fast radios, and afterwards the independent checker's verdict on what was transmitted.
/// </summary>
public sealed class ScenarioRun : IDisposable
{
    private const int Samples = 120;
    private const int FeedPage = 256;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Scenario _scenario;
    private readonly MeshWorld _world;
    private readonly Topology _topology;
    private readonly IReadOnlyList<int> _component;
    private readonly List<MadeUpAuthor> _authors = [];
    private readonly MadeUpAuthor _historian;
    private readonly List<HostileStation> _hostiles = [];
    private readonly MeshOptions[] _options;
    private readonly bool[] _isOn;
    private readonly long[] _read;
    private readonly List<(TimeSpan At, Action Act)> _agenda = [];
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<(LogKey Log, ulong SequenceNumber), Entry> _byPlace = [];
    private readonly List<ScenarioSample> _samples = [];
    private readonly List<TimeSpan> _delays = [];
    private readonly HashSet<int> _separate = [];
    private long _wanted;

    /// <summary>Sets the scene.</summary>
    /// <param name="scenario">A checked scenario.</param>
    public ScenarioRun(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        _scenario = scenario;
        var channel = scenario.Channel;
        _world = new MeshWorld(
            new EtherOptions
            {
                Seed = (ulong)scenario.Seed,
                RecordBytes = false,
                CaptureThresholdDb = channel.CaptureDb,
                ActivityMissProbability = channel.ActivityMiss,
            },
            scenario.Plan,
            scenario.Profile);
        _topology = TopologyOf(scenario);
        _component = _topology.Components();
        var nodes = scenario.NodeCount;
        (_options, _isOn, _read) = (new MeshOptions[nodes], new bool[nodes], new long[nodes]);
        _historian = new MadeUpAuthor((scenario.Seed * 10_007) - 1);
        var history = new List<VerifiedEntry>();
        for (var node = 0; node < nodes; node++)
        {
            AddGateway(node, history);
            _authors.Add(new MadeUpAuthor((scenario.Seed * 10_007) + node));
        }

        // Everybody lacks of the history what somebody else has.
        foreach (var (log, sequenceNumber) in history.Select(entry => (entry.Log, entry.SequenceNumber)))
        {
            var holders = Enumerable.Range(0, nodes).Where(node => _world.Has(node, log, sequenceNumber)).ToHashSet();
            Expect(log, sequenceNumber, TimeSpan.Zero, holders);
        }

        _topology.Connect(_world.Ether, channel.Loss, channel.FadingDb);
        AddHostiles();
        AddTraffic();
        AddFaults();
        _agenda.Sort((a, b) => a.At.CompareTo(b.At));
    }

    /// <summary>Simulated time so far.</summary>
    public TimeSpan Elapsed => _world.Time.Elapsed;

    /// <summary>Runs to the end.</summary>
    /// <param name="progress">Told after every simulated minute.</param>
    /// <param name="cancellation">Ends it early.</param>
    public ScenarioResult Run(Action<TimeSpan> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _hostiles.ForEach(hostile => hostile.Start());
        var end = TimeSpan.FromMinutes(_scenario.Minutes);
        var sample = end / Samples;
        var next = 0;
        while (Elapsed < end)
        {
            cancellation.ThrowIfCancellationRequested();
            for (; next < _agenda.Count && _agenda[next].At <= Elapsed; next++)
            {
                _agenda[next].Act();
            }

            _world.Time.RunFor(Step);
            NoteArrivals();
            if (Elapsed >= sample * (_samples.Count + 1))
            {
                _samples.Add(Sample());
            }

            if (Elapsed.Ticks % TimeSpan.TicksPerMinute == 0)
            {
                progress(Elapsed);
            }
        }

        return Result();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hostiles.ForEach(hostile => hostile.Dispose());
        _world.Dispose();
        _authors.ForEach(author => author.Dispose());
        _historian.Dispose();
    }

    private static Topology TopologyOf(Scenario scenario)
    {
        var (places, channel) = (scenario.Places, scenario.Channel);
        if (places.Scatter is { } scatter)
        {
            return Topology.Scatter(
                scatter.Nodes, Math.Min(scatter.MeanNeighbours, scatter.Nodes - 1), scenario.Seed, scatter.Connected, channel.ShadowingDb);
        }

        return places.PositionsKm is { } positions
            ? Topology.At([.. positions.Select(position => (position[0], position[1]))], places.RangeKm, channel.ShadowingDb, scenario.Seed)
            : Topology.Graph(scenario.NodeCount, places.Links!.Select(link => (link[0], link[1])));
    }

    private void AddGateway(int node, List<VerifiedEntry> history)
    {
        var lines = _scenario.Gateways.Where(line => line.Nodes?.Contains(node) ?? true).ToList();
        var defaults = new MeshOptions();
        _options[node] = defaults with
        {
            Mode = lines.LastOrDefault(line => line.Mode is not null)?.Mode ?? defaults.Mode,
            Repeat = lines.LastOrDefault(line => line.Repeat is not null)?.Repeat ?? defaults.Repeat,
            AssumedLoss = lines.LastOrDefault(line => line.AssumedLoss is not null)?.AssumedLoss ?? defaults.AssumedLoss,
        };
        var held = lines.LastOrDefault(line => line.History is not null)?.History ?? 0;
        while (history.Count < held)
        {
            history.Add(_historian.Write());
        }

        _world.Add(_options[node], history.Take(held));
        _read[node] = _world.Stores[node].LastChange;
        var from = lines.LastOrDefault(line => line.FromMinute is not null)?.FromMinute ?? 0;
        // Not all in the same instant: gateways are not switched on by one hand.
        _agenda.Add((TimeSpan.FromMinutes(from) + (Step * (node % 10)), () =>
        {
            _isOn[node] = true;
            _world.Nodes[node].Start();
        }
        ));
    }

#pragma warning disable CA5394 // A scenario is to be repeatable.
    private void AddTraffic()
    {
        var random = new Random(_scenario.Seed);
        foreach (var line in _scenario.Traffic)
        {
            var (from, span) = (TimeSpan.FromMinutes(line.FromMinute), TimeSpan.FromMinutes(line.ToMinute - line.FromMinute));
            foreach (var node in line.Nodes ?? [.. Enumerable.Range(0, _authors.Count)])
            {
                for (var entry = 0; entry < line.EntriesPerNode; entry++)
                {
                    _agenda.Add((from + (span * random.NextDouble()), () => Publish(node)));
                }
            }
        }
    }

    private void AddHostiles()
    {
        var number = 0;
        foreach (var line in _scenario.Hostiles)
        {
            var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"hostile {number++}");
            var radio = new FastRadio(_world.Ether, name);
            foreach (var node in line.Near)
            {
                _world.Ether.Connect(name, Topology.Name(node), new Link(Topology.GoodPathLossDb));
            }

            var settings = _world.Plan.SettingsFor(_scenario.Profile);
            var random = new Random((_scenario.Seed * 31) + number);
            var key = KeyPair.FromSeed([.. Enumerable.Repeat((byte)0xEE, KeyPair.SeedLength - 1), (byte)number]);
            var wants = new WantFlood(key, _world.Network, settings.Modulation, _authors.ConvertAll(author => author.Log), random, _world.Time);
            _hostiles.Add(new HostileStation(line, radio, settings, wants, _world.Time, random));
        }
    }
#pragma warning restore CA5394

    private void AddFaults()
    {
        foreach (var fault in _scenario.Faults)
        {
            var at = TimeSpan.FromMinutes(fault.AtMinute);
            foreach (var node in fault.Off ?? [])
            {
                _agenda.Add((at, () => Switch(node, on: false)));
            }

            foreach (var node in fault.On ?? [])
            {
                _agenda.Add((at, () => Switch(node, on: true)));
            }

            foreach (var node in fault.Reboot ?? [])
            {
                _agenda.Add((at, () =>
                {
                    Switch(node, on: false);
                    Switch(node, on: true, rebooted: true);
                }
                ));
            }

            if (fault.Split is not null || fault.Merge)
            {
                _agenda.Add((at, () =>
                {
                    _separate.Clear();
                    _separate.UnionWith(fault.Split ?? []);
                    _topology.Connect(_world.Ether, _scenario.Channel.Loss, _scenario.Channel.FadingDb, (a, b) => _separate.Contains(a) == _separate.Contains(b));
                }
                ));
            }
        }
    }

    private void Switch(int node, bool on, bool rebooted = false)
    {
        if (_isOn[node] == on)
        {
            return;
        }

        _isOn[node] = on;
        if (on)
        {
            _world.SwitchOn(node, rebooted);
        }
        else
        {
            _world.SwitchOff(node);
        }
    }

    private void Publish(int node)
    {
        var entry = _authors[node].Write();
        _world.Publish(node, entry);
        Expect(entry.Log, entry.SequenceNumber, Elapsed, [node]);
    }

    /// <summary>From now on everybody who can hear and be reached should get the entry.</summary>
    private void Expect(LogKey log, ulong sequenceNumber, TimeSpan at, HashSet<int> holders)
    {
        var missing = Enumerable.Range(0, _options.Length)
            .Where(node => !holders.Contains(node) && _options[node].Mode != MeshMode.Broadcast && holders.Any(holder => _component[holder] == _component[node]))
            .ToHashSet();
        var entry = new Entry(at, missing);
        _entries.Add(entry);
        _byPlace[(log, sequenceNumber)] = entry;
        _wanted += missing.Count;
    }

    private void NoteArrivals()
    {
        for (var node = 0; node < _read.Length; node++)
        {
            var store = _world.Stores[node];
            while (store.LastChange > _read[node])
            {
                var page = store.ReadChangesAsync(_read[node], FeedPage).AsTask().GetAwaiter().GetResult();
                _read[node] = page.ReadTo;
                foreach (var change in page.Changes.Where(change => change.Kind == StoreChangeKind.Appended))
                {
                    if (_byPlace.TryGetValue((change.Entry.Log, change.Entry.SequenceNumber), out var entry) && entry.Missing.Remove(node))
                    {
                        _delays.Add(Elapsed - entry.At);
                    }
                }
            }
        }
    }

    private ScenarioSample Sample() => new(
        Elapsed.TotalMinutes,
        _wanted,
        _delays.Count,
        _world.Traffic().ToDictionary(pair => pair.Key, pair => pair.Value.Airtime.TotalSeconds));

    private ScenarioResult Result()
    {
        var delays = _delays.Order().ToList();
        var names = _world.Stations.Select(station => station.Name).ToHashSet();
        var own = _world.Ether.Transmissions.Where(sent => names.Contains(sent.Sender)).ToList();
        var missing = new int[_options.Length];
        foreach (var node in _entries.SelectMany(entry => entry.Missing))
        {
            missing[node]++;
        }

        return new ScenarioResult
        {
            Seed = _scenario.Seed,
            Minutes = _scenario.Minutes,
            Entries = _entries.Count,
            Delivered = _wanted == 0 ? 1 : (double)delays.Count / _wanted,
            DelayMedianSeconds = Quantile(delays, 0.5),
            DelayP95Seconds = Quantile(delays, 0.95),
            Frames = own.Count,
            AirtimeSeconds = Math.Round(own.Sum(sent => sent.Airtime.TotalSeconds), 3),
            AirtimeByKindSeconds = _world.Traffic().ToDictionary(pair => pair.Key, pair => Math.Round(pair.Value.Airtime.TotalSeconds, 3)),
            HostileAirtimeSeconds = Math.Round(_world.Ether.Transmissions.Sum(sent => sent.Airtime.TotalSeconds) - own.Sum(sent => sent.Airtime.TotalSeconds), 3),
            Violations = _world.Violations(own),
            Samples = _samples,
            Gateways =
            [
                .. Enumerable.Range(0, _options.Length).Select(node => new ScenarioGatewayResult(
                    node,
                    Math.Round(_topology.Positions[node].X, 4),
                    Math.Round(_topology.Positions[node].Y, 4),
                    [.. _topology.Neighbours[node]],
                    _world.Stores[node].EntryCount,
                    missing[node],
                    Math.Round(_world.Stations[node].Airtime.TotalSeconds, 3))),
            ],
        };
    }

    private static double Quantile(List<TimeSpan> sorted, double share) =>
        sorted.Count == 0 ? 0 : Math.Round(sorted[(int)((sorted.Count - 1) * share)].TotalSeconds, 1);

    private sealed record Entry(TimeSpan At, HashSet<int> Missing);
}
