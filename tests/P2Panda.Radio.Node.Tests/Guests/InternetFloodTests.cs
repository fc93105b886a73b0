using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Scenarios;
using P2Panda.Store;
using Xunit.Abstractions;

namespace P2Panda.Radio.Node.Tests.Guests;

/// <summary>Entries from the internet on a gateway with a radio, in virtual time.</summary>
public sealed class InternetFloodTests(ITestOutputHelper output)
{
    [Fact]
    public void AFloodTakesItsShareAndDoesNotDelayLocalMessages()
    {
        const double Share = 0.2;
        var policy = new SizePolicy(Share);
        using var world = World(policy);
        var (gateway, store) = (world.Nodes[0], world.Stores[0]);
        using var local = new MadeUpAuthor(9999);

        Flood(world, 10_000);
        gateway.GuestsWaiting.ShouldBeGreaterThan(9_900);
        gateway.GuestAllowance.ShouldBe(world.Nodes[1].GuestAllowance * Share, "the other gateway has no policy");
        var (delays, worst) = (new List<double>(), TimeSpan.Zero);
        for (var minute = 0; minute < 240; minute++)
        {
            if (minute % 20 == 10)
            {
                var message = local.Write();
                world.Publish(0, message);
                var before = world.Time.Elapsed;
                world.Time.RunUntil(() => world.Has(1, local.Log, message.SequenceNumber), TimeSpan.FromMinutes(5)).ShouldBeTrue();
                delays.Add((world.Time.Elapsed - before).TotalSeconds);
            }

            world.Time.RunFor(TimeSpan.FromMinutes(1));
            var used = gateway.Ledger.Shares.Used(TrafficClass.Guest, world.Time.Elapsed);
            worst = used > worst ? used : worst;
        }

        var arrived = world.Stores[1].EntryCount - local.Count;
        output.WriteLine(
            $"guests: {gateway.Counters.GuestsReleased} of 10000 released, {arrived} arrived; worst hour {worst.TotalSeconds:0.00} s of " +
            $"{gateway.GuestAllowance.TotalSeconds:0.00} s; local messages: median {delays.Order().ElementAt(delays.Count / 2):0.0} s, worst {delays.Max():0.0} s");
        worst.ShouldBeLessThanOrEqualTo(gateway.GuestAllowance);
        worst.ShouldBeGreaterThan(gateway.GuestAllowance * 0.7, "the share is there to be used");
        arrived.ShouldBeGreaterThan(0);

        // The batch delay, one guest's frame that may be on the air, and the message's own symbols with the losses among them. One message in
        // a hundred loses more than was sent beyond need, and is asked for.
        delays.Order().SkipLast(1).Max().ShouldBeLessThan(10);
        delays.Max().ShouldBeLessThan(120);
        var asked = world.Nodes[1].Mesh.Counters.Traffic.GetValueOrDefault("want").Airtime;
        asked.ShouldBeLessThan(TimeSpan.FromSeconds(10), "what waits is not announced, so nobody asks for it");
        store.EntryCount.ShouldBe(10_000 + local.Count);
    }

    /// <summary>
    /// The same, judged by the ether's own record instead of by our account: what the gateway is on the air for with the flood, less what it
    /// is on the air for in the same hours without it.
    /// </summary>
    [Fact]
    public void TheEtherSeesNoMoreThanTheShare()
    {
        const double Share = 0.2;
        var (flooded, delays, allowance) = Observe(Share, 10_000);
        var (quiet, quietDelays, _) = Observe(Share, 0);

        var (worst, extra) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var (start, _) in flooded)
        {
            var more = InHourFrom(flooded, start) - InHourFrom(quiet, start);
            worst = more > worst ? more : worst;
        }

        extra = TimeSpan.FromTicks(flooded.Sum(frame => frame.Airtime.Ticks) - quiet.Sum(frame => frame.Airtime.Ticks));
        output.WriteLine(
            $"on the air in 4 hours: {flooded.Sum(frame => frame.Airtime.TotalSeconds):0.0} s with the flood, {quiet.Sum(frame => frame.Airtime.TotalSeconds):0.0} s without; " +
            $"worst hour {worst.TotalSeconds:0.00} s more, the share is {allowance.TotalSeconds:0.00} s; " +
            $"local messages: median {Median(delays):0.0} s with, {Median(quietDelays):0.0} s without");
        worst.ShouldBeLessThanOrEqualTo(allowance);
        extra.ShouldBeGreaterThan(allowance, "guests are sent");
        Median(delays).ShouldBeLessThan(Median(quietDelays) + 5);
    }

    [Fact]
    public void TheRateIsKept()
    {
        using var world = World(new SizePolicy(1, perHour: 30));
        Flood(world, 500);

        world.Time.RunFor(TimeSpan.FromHours(2));

        world.Nodes[0].Counters.GuestsReleased.ShouldBeInRange(40, 64);
    }

    [Fact]
    public void WhatIsRefusedStaysOnIpUntilTheRulesChange()
    {
        var policy = new SizePolicy(1, maxBytes: 10);
        using var world = World(policy);
        Flood(world, 5);
        world.Time.RunFor(TimeSpan.FromMinutes(20));
        world.Stores[1].EntryCount.ShouldBe(0);
        world.Nodes[0].GuestsHeld.ShouldBe(5);

        policy.Allow(1000);
        world.Time.RunFor(TimeSpan.FromMinutes(20));

        world.Stores[1].EntryCount.ShouldBe(5);
        world.Nodes[0].GuestsHeld.ShouldBe(0);
    }

    [Fact]
    public void WhatAClientPublishesAndIsTooLargeForTheAirStaysOnIp()
    {
        using var world = World(new SizePolicy(1, maxBytes: 400));
        using var author = new MadeUpAuthor(7);
        world.Publish(0, author.Write("short"));
        world.Publish(0, author.Write(new string('x', 500)));
        world.Publish(0, author.Write("behind it"));

        world.Time.RunFor(TimeSpan.FromMinutes(20));

        world.Stores[1].EntryCount.ShouldBe(1);
        world.Nodes[0].GuestsHeld.ShouldBe(2);
    }

    [Fact]
    public void AMessageOfALocalAuthorTakesItsPredecessorsAlong()
    {
        using var world = World(new SizePolicy(0));
        using var author = new MadeUpAuthor(7);
        VerifiedEntry[] elsewhere = [author.Write(), author.Write()];
        Wait(world.Stores[0].AppendAsync(elsewhere, EntryOrigin.Internet));
        world.Nodes[0].StoreChanged();
        world.Time.RunFor(TimeSpan.FromMinutes(10));
        world.Stores[1].EntryCount.ShouldBe(0);

        world.Publish(0, author.Write());
        world.Time.RunFor(TimeSpan.FromMinutes(10));

        world.Stores[1].EntryCount.ShouldBe(3);
    }

    /// <summary>Four hours with a local message every twenty minutes: what the ether saw of the gateway, and the messages' delays in seconds.</summary>
    private static (List<(TimeSpan Start, TimeSpan Airtime)> Frames, List<double> Delays, TimeSpan Allowance) Observe(double share, int flood)
    {
        using var world = World(new SizePolicy(share));
        using var local = new MadeUpAuthor(9999);
        var (frames, delays) = (new List<(TimeSpan, TimeSpan)>(), new List<double>());
        world.Ether.TransmissionEnded += transmission =>
        {
            if (transmission.Sender == Topology.Name(0))
            {
                frames.Add((transmission.Start, transmission.Airtime));
            }
        };
        Flood(world, flood);
        for (var round = 0; round < 12; round++)
        {
            world.Time.RunFor(TimeSpan.FromMinutes(20));
            var message = local.Write();
            world.Publish(0, message);
            var before = world.Time.Elapsed;
            world.Time.RunUntil(() => world.Has(1, local.Log, message.SequenceNumber), TimeSpan.FromMinutes(5)).ShouldBeTrue();
            delays.Add((world.Time.Elapsed - before).TotalSeconds);
        }

        return (frames, delays, world.Nodes[0].GuestAllowance);
    }

    private static TimeSpan InHourFrom(List<(TimeSpan Start, TimeSpan Airtime)> frames, TimeSpan start) => TimeSpan.FromTicks(
        frames.Where(frame => frame.Start >= start && frame.Start < start + TimeSpan.FromHours(1)).Sum(frame => frame.Airtime.Ticks));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static MeshWorld World(SizePolicy policy)
    {
        var world = new MeshWorld(new EtherOptions { Seed = 5 });
        world.Add(new MeshOptions(), guests: policy);
        world.Add(new MeshOptions());
        world.Ether.Connect(Topology.Name(0), Topology.Name(1), new Link(LossProbability: 0.1));
        foreach (var node in world.Nodes)
        {
            node.Start();
        }

        world.Time.RunFor(TimeSpan.FromMinutes(5));
        return world;
    }

    private static void Flood(MeshWorld world, int entries)
    {
        for (var number = 0; number < entries; number += 50)
        {
            using var author = new MadeUpAuthor(number);
            Wait(world.Stores[0].AppendAsync([.. Enumerable.Range(0, Math.Min(50, entries - number)).Select(_ => author.Write())], EntryOrigin.Internet));
        }

        world.Nodes[0].StoreChanged();
    }

    private static void Wait<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
}
