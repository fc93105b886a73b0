using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Scenarios;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Gateway.Tests.Journeys;

/// <summary>
/// A row of three gateways, the two at the ends with something to say: once as programs in processes of their own that drive their chips in
/// real time on a shared ether, once in virtual time. Both end with the same entries and, within a tenth, as many frames.
/// </summary>
public sealed class RealTimeAgreesWithVirtualTime : IDisposable
{
    private const ulong Seed = 1;
    private const int EntriesEach = 12;

    private static readonly string[] Names = ["A", "B", "C"];
    private static readonly TimeSpan Counted = TimeSpan.FromSeconds(60);

    private readonly GatewayProgram _program = new();
    private readonly Dictionary<string, List<VerifiedEntry>> _written = [];

    public RealTimeAgreesWithVirtualTime()
    {
        foreach (var (name, number) in new[] { ("A", 1), ("C", 2) })
        {
            using var author = new MadeUpAuthor(number);
            _written[name] = [.. Enumerable.Range(0, EntriesEach).Select(_ => author.Write())];
        }
    }

    public void Dispose() => _program.Dispose();

    [Fact]
    [Trait("duration", "long")]
    public void The_same_entries_and_as_many_frames()
    {
        var (realEntries, realFrames) = RunPrograms();
        var (virtualEntries, virtualFrames) = RunVirtually();

        foreach (var name in Names)
        {
            realEntries[name].ShouldBe(virtualEntries[name]);
            realEntries[name].Count.ShouldBe(2 * EntriesEach);
        }

        virtualFrames.ShouldBeGreaterThan(40);
        ((double)realFrames / virtualFrames).ShouldBeInRange(0.9, 1.1, $"{realFrames} frames in real time, {virtualFrames} in virtual time");
    }

    private (Dictionary<string, List<string>> Entries, int Frames) RunPrograms()
    {
        using var ether = Start("sim", "ether", "--listen", "unix:ether", "--link", "A-B", "--link", "B-C", "--record", "frames", "--seed", $"{Seed}");
        ether.WaitFor("The ether is at unix:");
        foreach (var (name, entries) in _written)
        {
            Directory.CreateDirectory(_program.PathOf(name));
            var lines = entries.Select(entry => EntryRecord.From(entry).ToJson());
            _program.RunWithInput(string.Join('\n', lines), "entries", "import", "-", "--set", $"store.path={name}/store.db").ExitCode.ShouldBe(0);
        }

        // The one in the middle first, so that nobody speaks to an empty room.
        using var b = StartGateway("B");
        b.WaitFor("On the air");
        using var a = StartGateway("A");
        using var c = StartGateway("C");
        a.WaitFor("On the air");
        c.WaitFor("On the air");
        var frames = CountFrames();
        foreach (var gateway in new[] { a, b, c })
        {
            gateway.Stop().ShouldBe(0);
        }

        ether.Stop().ShouldBe(0);
        return (Names.ToDictionary(name => name, name => Exported(name)), frames);
    }

    /// <summary>Frames begun within the time counted from the first frame of an end on; waits until that is over.</summary>
    private int CountFrames()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        while (true)
        {
            using var file = new FileStream(_program.PathOf("frames"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            var frames = reader.ReadToEnd().Split('\n').SkipLast(1).Select(line => JsonDocument.Parse(line).RootElement)
                .Select(frame => (Sender: frame.GetProperty("sender").GetString(), Start: frame.GetProperty("start").GetInt64() / 1e9)).ToList();
            var first = frames.Find(frame => frame.Sender != "B").Start;
            if (first > 0 && (EtherNow() - first) > Counted.TotalSeconds + 1)
            {
                return frames.Count(frame => frame.Start >= first && frame.Start < first + Counted.TotalSeconds);
            }

            patience.Token.ThrowIfCancellationRequested();
            patience.Token.WaitHandle.WaitOne(200);
        }

        // The ether's clock is the machine's monotonic clock.
        static double EtherNow() => TimeProvider.System.GetElapsedTime(0).TotalSeconds;
    }

    private (Dictionary<string, List<string>> Entries, int Frames) RunVirtually()
    {
        var time = new VirtualTimeProvider();
        var ether = new SimulatedEther(time, new EtherOptions { Seed = Seed });
        var settings = new GatewaySettings();
        var stores = new Dictionary<string, MemoryLogStore>();
        var nodes = new Dictionary<string, RadioNode>();
        foreach (var name in Names)
        {
            stores[name] = new MemoryLogStore(time: time);
            foreach (var entry in _written.GetValueOrDefault(name, []))
            {
                stores[name].AppendAsync(entry).AsTask().GetAwaiter().GetResult().IsStored.ShouldBeTrue();
            }

            var options = new RadioNodeOptions
            {
                Key = KeyFile.Read(_program.PathOf($"{name}/radio.key")),
                Network = new NetworkId(Convert.FromHexString(settings.Radio.NetworkId)),
                Plan = StationPlan.Create(RegionalPlans.Get(settings.Radio.Region), new StationSetup { AntennaGainDbi = settings.Radio.AntennaGainDbi, WantedDbm = settings.Radio.PowerDbm }),
                Profile = settings.Radio.Profile,
                Opening = new LedgerOpening { FirstStart = true },
                Mesh = settings.Mesh.ToOptions(),
            };
            nodes[name] = new RadioNode(
                options, stores[name], new SimulatedStation(ether, name).Radio, time, ether.ChanceOf(name), NullLogger<RadioNode>.Instance);
        }

        ether.Connect("A", "B");
        ether.Connect("B", "C");
        nodes["B"].Start();
        time.RunFor(TimeSpan.FromSeconds(2));
        nodes["A"].Start();
        nodes["C"].Start();
        time.RunFor(Counted + TimeSpan.FromSeconds(30));
        var first = ether.Transmissions.First(sent => sent.Sender != "B").Start;
        var frames = ether.Transmissions.Count(sent => sent.Start >= first && sent.Start < first + Counted);
        var entries = Names.ToDictionary(
            name => name,
            name => stores[name].ReadChangesAsync(0, 1000).AsTask().GetAwaiter().GetResult().Changes.Select(change => change.Entry.Id.ToString()).Order().ToList());
        foreach (var node in nodes.Values)
        {
            node.Dispose();
        }

        return (entries, frames);
    }

    private List<string> Exported(string name) =>
        [.. _program.Run("entries", "list", "--json", "--set", $"store.path={name}/store.db").Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!).Order()];

    private RunningProgram StartGateway(string name)
    {
        Directory.CreateDirectory(_program.PathOf(name));
        return Start(
            "run", "--radio", "sim", "--ether", "unix:ether", "--ether-name", name,
            "--set", $"store.path={name}/store.db", "--set", $"radio.keyFile={name}/radio.key",
            "--set", "api.enabled=false", "--set", "network.enabled=false");
    }

    private RunningProgram Start(params string[] arguments) => new(_program.Start(arguments));
}
