using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Mesh.Filters;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Experiments;
using P2Panda.Radio.Simulation.Scenarios;
using P2Panda.Store;
using Xunit.Abstractions;

namespace P2Panda.Radio.Simulation.Tests.Scenarios;

/// <summary>Who may use how much of the air, and what a gateway does with logs it does not want: shipped nodes in virtual time.</summary>
public sealed class TrafficTests(ITestOutputHelper output) : IDisposable
{
    private readonly MeshWorld _world = new(RelayExperiment.Channel(8), profile: "busy");
    private readonly List<MadeUpAuthor> _authors = [];

    public void Dispose()
    {
        _world.Dispose();
        _authors.ForEach(author => author.Dispose());
    }

    [Fact]
    public void A_flood_from_the_internet_keeps_to_its_share_and_delays_nobody()
    {
        var internet = Author(1);
        var local = Author(2);
        _world.Add(new MeshOptions(), classify: entry => entry.Log == internet.Log ? TrafficClass.Guest : TrafficClass.Normal);
        _world.Add(new MeshOptions());
        _world.Ether.ConnectAll();
        StartAll();
        _world.Time.RunFor(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 400; i++)
        {
            _world.Publish(0, internet.Write());
        }

        _world.Time.RunFor(TimeSpan.FromMinutes(1));
        var shares = new List<double>();
        var delays = new List<TimeSpan>();
        for (var hour = 0; hour < 3; hour++)
        {
            for (var minute = 0; minute < 60; minute += 20)
            {
                var entry = local.Write();
                var at = _world.Time.Elapsed;
                _world.Publish(0, entry);
                _world.Time.RunUntil(() => _world.Has(1, entry.Log, entry.SequenceNumber), TimeSpan.FromMinutes(20)).ShouldBeTrue();
                delays.Add(_world.Time.Elapsed - at);
                _world.Time.RunFor(TimeSpan.FromMinutes(20) - (_world.Time.Elapsed - at));
            }

            shares.Add(_world.Nodes[0].Ledger.Shares.Used(TrafficClass.Guest, _world.Time.GetElapsedTime(0)) / TimeSpan.FromSeconds(36));
        }

        shares.ShouldAllBe(share => share > 0.05 && share <= 0.1);
        delays.Max().ShouldBeLessThan(TimeSpan.FromSeconds(10));
        _world.Nodes[1].Mesh.Counters.Wants.ShouldBeLessThan(10);
        _world.Nodes[0].Receipt(internet.Log, 400).IsHeld.ShouldBeTrue();
    }

    [Fact]
    public void An_author_beyond_his_share_waits_and_others_do_not()
    {
        var (loud, quiet) = (Author(3), Author(4));
        _world.Add(new MeshOptions { AuthorShare = 0.1, BatchDelay = TimeSpan.Zero });
        _world.Add(new MeshOptions());
        _world.Ether.ConnectAll();
        StartAll();
        _world.Time.RunFor(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 40; i++)
        {
            _world.Publish(0, loud.Write());
            _world.Time.RunFor(TimeSpan.FromSeconds(2));
        }

        _world.Has(1, loud.Log, 2).ShouldBeTrue();
        _world.Has(1, loud.Log, 20).ShouldBeFalse();
        _world.Publish(0, quiet.Write());
        _world.Time.RunFor(TimeSpan.FromSeconds(10));
        _world.Has(1, quiet.Log, 1).ShouldBeTrue();
        _world.Time.RunUntil(() => _world.Has(1, loud.Log, 40), TimeSpan.FromHours(12)).ShouldBeTrue();
    }

    [Fact]
    public void What_is_not_meant_for_the_air_stays_off_it_until_the_policy_changes()
    {
        var author = Author(5);
        var allowed = false;
        _world.Add(new MeshOptions(), classify: entry => entry.SequenceNumber < 3 || allowed ? TrafficClass.Normal : null);
        _world.Add(new MeshOptions());
        _world.Ether.ConnectAll();
        StartAll();
        for (var i = 0; i < 5; i++)
        {
            _world.Publish(0, author.Write());
        }

        _world.Time.RunFor(TimeSpan.FromHours(3));
        _world.Stores[1].View.HeightOf(author.Log).ShouldBe(2UL);
        _world.Nodes[1].Mesh.Counters.Wants.ShouldBe(0);

        allowed = true;
        _world.Time.RunUntil(() => _world.Has(1, author.Log, 5), TimeSpan.FromMinutes(5)).ShouldBeTrue();
        _world.Nodes[0].Mesh.HeldLogCount.ShouldBe(0);
    }

    [Fact]
    public void A_receipt_tells_who_holds_an_entry_and_what_was_said_of_it()
    {
        for (var node = 0; node < 3; node++)
        {
            _world.Add(new MeshOptions());
        }

        _world.Ether.Connect("0", "1");
        _world.Ether.Connect("1", "2");
        StartAll();
        _world.Time.RunFor(TimeSpan.FromMinutes(5));
        var entry = Author(6).Write();
        _world.Publish(0, entry);
        _world.Nodes[0].Receipt(entry.Log, 1).ShouldBe(new EntryReceipt(0, 1, 0, 0, false));

        _world.Time.RunFor(TimeSpan.FromSeconds(20));
        var receipt = _world.Nodes[0].Receipt(entry.Log, 1);
        receipt.FramesSent.ShouldBeGreaterThan(0);
        receipt.FramesHeard.ShouldBeGreaterThan(0);
        _world.Time.RunUntil(() => _world.Nodes[0].Receipt(entry.Log, 1).Holders == 1, TimeSpan.FromHours(2)).ShouldBeTrue();
    }

    [Fact]
    public void A_log_that_is_only_carried_is_repeated_and_not_kept_and_an_unwanted_one_is_neither()
    {
        var (kept, carried) = (Author(7), Author(8));
        var filter = new CarryFilter([kept.Log.Author], [], [], CarryDecision.Carry);
        _world.Add(new MeshOptions());
        _world.Add(new MeshOptions { Filter = filter });
        _world.Add(new MeshOptions());
        _world.Add(new MeshOptions { Filter = new CarryFilter([kept.Log.Author], [], [], CarryDecision.Ignore) });
        _world.Ether.Connect("0", "1");
        _world.Ether.Connect("1", "2");
        _world.Ether.Connect("0", "3");
        StartAll();
        _world.Time.RunFor(TimeSpan.FromMinutes(5));
        _world.Publish(0, kept.Write());
        _world.Publish(0, carried.Write());
        _world.Time.RunFor(TimeSpan.FromMinutes(1));

        _world.Has(2, carried.Log, 1).ShouldBeTrue();
        _world.Stores[1].FindLog(carried.Log)!.Value.Retention.ShouldBe(RetentionClass.Carried);
        _world.Stores[1].FindLog(kept.Log)!.Value.Retention.ShouldBe(RetentionClass.Kept);
        _world.Has(3, kept.Log, 1).ShouldBeTrue();
        _world.Has(3, carried.Log, 1).ShouldBeFalse();

        _world.Time.RunFor(TimeSpan.FromDays(1.2));
        _world.Stores[1].FindLog(carried.Log).ShouldBeNull();
        _world.Has(1, kept.Log, 1).ShouldBeTrue();
        _world.Has(2, carried.Log, 1).ShouldBeTrue();
    }

    [Fact]
    public void A_gateway_that_keeps_a_schema_carries_other_schemas_for_a_while_only()
    {
        var (kept, carried) = (Author(7, SchemaId.Blob), Author(8));
        _world.Add(new MeshOptions());
        _world.Add(new MeshOptions { Filter = new CarryFilter([], [SchemaId.Blob], [], CarryDecision.Carry) });
        _world.Add(new MeshOptions());
        _world.Add(new MeshOptions { Filter = new CarryFilter([], [SchemaId.Blob], [], CarryDecision.Ignore) });
        _world.Ether.Connect("0", "1");
        _world.Ether.Connect("1", "2");
        _world.Ether.Connect("1", "3");
        StartAll();
        _world.Time.RunFor(TimeSpan.FromMinutes(5));
        _world.Publish(0, kept.Write());
        _world.Publish(0, carried.Write());
        _world.Time.RunFor(TimeSpan.FromMinutes(1));

        // Both go through to the far end, which keeps everything.
        _world.Has(2, kept.Log, 1).ShouldBeTrue();
        _world.Has(2, carried.Log, 1).ShouldBeTrue();
        _world.Stores[1].FindLog(kept.Log)!.Value.Retention.ShouldBe(RetentionClass.Kept);
        _world.Stores[1].FindLog(carried.Log)!.Value.Retention.ShouldBe(RetentionClass.Carried);
        _world.Has(3, kept.Log, 1).ShouldBeTrue();
        _world.Has(3, carried.Log, 1).ShouldBeFalse();

        // What was kept is known again after a restart: one with the same schema and less of it is given the rest, and nothing else.
        _world.Time.RunFor(TimeSpan.FromDays(1.2));
        _world.Stores[1].FindLog(carried.Log).ShouldBeNull();
        _world.SwitchOff(3);
        _world.Publish(0, kept.Write());
        _world.Publish(0, carried.Write());
        _world.Time.RunFor(TimeSpan.FromMinutes(10));
        _world.SwitchOff(0);
        _world.SwitchOff(2);
        _world.SwitchOff(1);
        _world.SwitchOn(1);
        _world.SwitchOn(3);
        _world.Time.RunUntil(() => _world.Has(3, kept.Log, 2), TimeSpan.FromHours(3)).ShouldBeTrue();
        _world.Stores[3].Logs().ShouldHaveSingleItem().Log.ShouldBe(kept.Log);
    }

    [Theory]
    [InlineData(RepeatScope.All, true)]
    [InlineData(RepeatScope.Direct, false)]
    public void The_scope_decides_how_far_new_entries_are_repeated(RepeatScope scope, bool goesOn)
    {
        for (var node = 0; node < 4; node++)
        {
            _world.Add(new MeshOptions { RepeatScope = scope }, alwaysAttribute: true);
        }

        for (var node = 0; node < 3; node++)
        {
            _world.Ether.Connect(Topology.Name(node), Topology.Name(node + 1));
        }

        StartAll();
        _world.Time.RunUntil(() => _world.Nodes[1].Mesh.NeighbourCount == 2 && _world.Nodes[2].Mesh.NeighbourCount == 2, TimeSpan.FromHours(5)).ShouldBeTrue();
        _world.Time.RunFor(TimeSpan.FromMinutes(1));
        var author = Author(9);
        _world.Publish(0, author.Write());
        _world.Time.RunFor(TimeSpan.FromSeconds(40));
        _world.Has(2, author.Log, 1).ShouldBeTrue();
        _world.Has(3, author.Log, 1).ShouldBe(goesOn);
        _world.Nodes[2].Mesh.Counters.RelaysOutOfScope.ShouldBe(goesOn ? 0 : 1);

        // Repair knows no scope.
        _world.Time.RunUntil(() => _world.Has(3, author.Log, 1), TimeSpan.FromHours(6)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_urgent_passes_every_relay_before_its_bulk(bool isUrgent)
    {
        using var world = new MeshWorld(RelayExperiment.Channel(8) with { RecordCapacity = 100_000, RecordBytes = true });
        var bulk = Enumerable.Range(0, 2).Select(relay => Author(11 + relay)).ToList();
        for (var node = 0; node < 4; node++)
        {
            world.Add(
                new MeshOptions { AuthorShare = 1, SchemaShare = 1 },
                classify: entry => bulk.Exists(author => author.Log == entry.Log) ? TrafficClass.Bulk : isUrgent ? TrafficClass.Urgent : TrafficClass.Normal);
        }

        // In a row, in which what comes from the origin's side is heard over what comes from the other.
        for (var node = 0; node < 3; node++)
        {
            world.Ether.ConnectOneWay(Topology.Name(node), Topology.Name(node + 1), new Link(PathLossDb: 95));
            world.Ether.ConnectOneWay(Topology.Name(node + 1), Topology.Name(node), new Link(PathLossDb: 115));
        }

        foreach (var node in world.Nodes)
        {
            node.Start();
        }

        // Again and again both relays have something to say of their own when something comes that must pass them.
        world.Time.RunFor(TimeSpan.FromMinutes(5));
        var between = new List<int>();
        for (var round = 0; round < 20; round++)
        {
            for (var line = 0; line < 56; line++)
            {
                world.Publish(1 + (line % 2), bulk[line % 2].Write());
            }

            world.Time.RunFor(TimeSpan.FromSeconds(2));
            between.AddRange(Follow(world, Author(20 + round).Write()));
        }

        output.WriteLine($"own frames of relays before the alarm was repeated: {string.Join(", ", between)}");
        between.Count.ShouldBeGreaterThanOrEqualTo(6);
        world.Nodes.Sum(node => node.Mesh.Counters.UrgentRelays > 0 ? 1 : 0).ShouldBe(isUrgent ? 2 : 0);
        if (isUrgent)
        {
            between.Max().ShouldBeLessThanOrEqualTo(1);
        }
        else
        {
            between.Max().ShouldBeGreaterThan(1);
        }
    }

    [Fact]
    public void Who_calls_everything_urgent_gains_no_airtime_at_relays_and_keeps_nobody_out()
    {
        const double Share = 0.1;
        var (loud, quiet) = (Author(30), Author(31));
        _world.Add(
            new MeshOptions { AuthorShare = 1, SchemaShare = 1 }, classify: entry => entry.Log == loud.Log ? TrafficClass.Urgent : TrafficClass.Normal);
        _world.Add(new MeshOptions { AuthorShare = Share });
        _world.Add(new MeshOptions { AuthorShare = Share });
        _world.Ether.Connect("0", "1");
        _world.Ether.Connect("1", "2");
        StartAll();
        _world.Time.RunFor(TimeSpan.FromMinutes(5));
        for (var i = 0; i < 60; i++)
        {
            _world.Publish(0, loud.Write());
            _world.Time.RunFor(TimeSpan.FromSeconds(5));
        }

        var relay = _world.Nodes[1];
        relay.Mesh.Counters.UrgentRelays.ShouldBeGreaterThan(5);
        relay.Mesh.Counters.RelaysDropped.ShouldBeGreaterThan(20);
        relay.AirtimeUsed(TrafficClass.Urgent).ShouldBeLessThan(TimeSpan.FromSeconds(36 * Share * 1.2));
        _world.Publish(2, quiet.Write());
        _world.Time.RunFor(TimeSpan.FromSeconds(15));
        _world.Has(0, quiet.Log, 1).ShouldBeTrue();
    }

    /// <summary>
    /// Publishes an alarm at the first of four nodes in a row and counts, for both relays, what each says after it has heard the alarm and before
    /// it repeats it. Those that stations hidden from each other destroy come by repair, and are not followed.
    /// </summary>
    private static IEnumerable<int> Follow(MeshWorld world, VerifiedEntry alarm)
    {
        var begin = world.Ether.Transmissions.Count;
        var heard = new TimeSpan?[3];
        world.Publish(0, alarm);
        world.Time.RunUntil(
            () =>
            {
                for (var node = 1; node < heard.Length; node++)
                {
                    heard[node] ??= world.Has(node, alarm.Log, alarm.SequenceNumber) ? world.Ether.Now : null;
                }

                return false;
            },
            TimeSpan.FromSeconds(9));

        // What the first node says and another repeats is the alarm.
        var sent = world.Ether.Transmissions.Skip(begin).Select(frame => (frame.Sender, frame.Start, Key: KeyOf(frame))).ToList();
        var own = sent.Where(frame => frame.Sender == "0").Select(frame => frame.Key).ToHashSet();
        var burst = sent.Find(frame => frame.Sender == "1" && own.Contains(frame.Key)).Key;
        for (var node = 1; node < heard.Length; node++)
        {
            var said = sent.Where(frame => frame.Sender == Topology.Name(node) && frame.Start >= heard[node]).Select(frame => frame.Key).ToList();
            if (said.Contains(burst))
            {
                yield return said.IndexOf(burst);
            }
        }
    }

    private static BurstKey KeyOf(Transmission transmission)
    {
        Frame.TryParse(transmission.Bytes.Span, out var frame).ShouldBe(RefusalReason.None);
        return frame.Key;
    }

    private MadeUpAuthor Author(int number, SchemaId? schema = null)
    {
        var author = new MadeUpAuthor(number, schema);
        _authors.Add(author);
        return author;
    }

    private void StartAll()
    {
        foreach (var node in _world.Nodes)
        {
            node.Start();
        }
    }
}
