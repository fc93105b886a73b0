using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Store.Memory;
using P2Panda.Tests;

namespace P2Panda.Radio.Node.Tests;

public sealed class RadioNodeTests : IDisposable
{
    private readonly VirtualTimeProvider _time = new();
    private readonly SimulatedEther _ether;
    private readonly MemoryLogStore _store;
    private readonly KeyPair _key = KeyPair.FromSeed(new byte[32]);
    private int _stations;

    public RadioNodeTests()
    {
        _ether = new SimulatedEther(_time);
        _store = new MemoryLogStore(time: _time);
    }

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task Restarted_node_does_not_push_again_what_it_has_pushed()
    {
        foreach (var entry in ReferenceLog().Take(5))
        {
            await _store.AppendAsync(entry);
        }

        using (var first = CreateNode())
        {
            first.Start();
            _time.RunFor(TimeSpan.FromMinutes(1));
            first.Mesh.Counters.Pushes.ShouldBeGreaterThan(0);
        }

        using var second = CreateNode();
        second.Start();
        _time.RunFor(TimeSpan.FromMinutes(1));

        second.Mesh.Counters.Pushes.ShouldBe(0);
    }

    [Fact]
    public async Task Node_watches_a_store_others_append_to()
    {
        using var node = CreateNode();
        node.Start();
        using var stop = new CancellationTokenSource();
        var watching = node.WatchStoreAsync(stop.Token);

        await _store.AppendAsync(ReferenceLog()[0]);
        SpinWait.SpinUntil(() => node.Mesh.NextDeadline is not null, TimeSpan.FromSeconds(10)).ShouldBeTrue();
        _time.RunFor(TimeSpan.FromMinutes(1));

        node.Mesh.Counters.Pushes.ShouldBe(1);
        await stop.CancelAsync();
        await watching;
    }

    [Fact]
    public void Airtime_spent_before_a_restart_counts_after_it()
    {
        using (var first = CreateNode())
        {
            first.Start();
            _time.RunFor(TimeSpan.FromMinutes(5));
            first.Counters.Airtime.ShouldBeGreaterThan(TimeSpan.Zero);
        }

        using var second = CreateNode(isFirstStart: false);

        second.Ledger.State.ShouldBe(LedgerState.Restored);
    }

    [Fact]
    public void Radio_is_off_when_the_node_is_gone()
    {
        var station = new SimulatedStation(_ether, "lone");
        var node = CreateNode(station.Radio);
        node.Start();
        _time.RunFor(TimeSpan.FromSeconds(1));

        node.Dispose();

        station.Radio.State.ShouldBe(RadioState.Off);
    }

    [Fact]
    public void Profile_the_plan_does_not_have_is_refused_before_anything_happens()
    {
        var failure = Should.Throw<ArgumentException>(() => CreateNode(profile: "nope"));
        failure.Message.ShouldContain("no profile 'nope'");
    }

    private static IReadOnlyList<VerifiedEntry> ReferenceLog()
    {
        using var vectors = TestVectors.Json("bamboo/entries_logs.json");
        return
        [
            .. vectors.RootElement.GetProperty("logs")[0].GetProperty("entries").EnumerateArray().Select(entry =>
                BambooEntry.VerifyHex(entry.GetProperty("entry").GetString()!, entry.GetProperty("payload").GetString()!).Entry!),
        ];
    }

    private RadioNode CreateNode(IRadio? radio = null, bool isFirstStart = true, string profile = "standard") => new(
        new RadioNodeOptions
        {
            Key = _key,
            Network = NetworkId.FromName("node tests"),
            Plan = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup { WantedDbm = 14 }),
            Profile = profile,
            Opening = new LedgerOpening { FirstStart = isFirstStart },
        },
        _store,
        radio ?? new SimulatedStation(_ether, $"station {_stations++}").Radio,
        _time,
        new Random(1),
        NullLogger<RadioNode>.Instance);
}
