using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Mesh.Filters;
using P2Panda.Radio.Simulation.Experiments;
using P2Panda.Radio.Simulation.Scenarios;
using P2Panda.Store;

namespace P2Panda.Radio.Simulation.Tests.Scenarios;

/// <summary>Who may use how much of the air, and what a gateway does with logs it does not want: shipped nodes in virtual time.</summary>
public sealed class TrafficTests : IDisposable
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
        var filter = new CarryFilter([kept.Log.Author], [], CarryDecision.Carry);
        _world.Add(new MeshOptions());
        _world.Add(new MeshOptions { Filter = filter });
        _world.Add(new MeshOptions());
        _world.Add(new MeshOptions { Filter = new CarryFilter([kept.Log.Author], [], CarryDecision.Ignore) });
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

    private MadeUpAuthor Author(int number)
    {
        var author = new MadeUpAuthor(number);
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
