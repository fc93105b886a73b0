using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Mesh;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Scenarios;
using P2Panda.Store;
using P2Panda.Store.Memory;
using P2Panda.Store.Tests.Postgres;
using Xunit.Abstractions;
using static P2Panda.Bridge.Tests.Support.Eventually;

namespace P2Panda.Radio.Gateway.Tests.Bridge;

/// <summary>Two gateways on one PostgreSQL database, each on an air of its own with a neighbour, in real time.</summary>
public sealed class SharedDatabaseTests(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task WhatOneHearsIsOnTheOthersAirWithinASecond()
    {
        await using var community = await Community.StartAsync(server);
        using var author = new MadeUpAuthor(1);
        var delays = new List<double>();
        for (ulong line = 1; line <= 5; line++)
        {
            var entry = author.Write();
            await community.Speaker.Store.AppendAsync(entry);
            await BeTrueAsync(() => community.Hearing.Store.View.HeightOf(author.Log) == line, $"line {line} heard by the first gateway");
            var clock = Stopwatch.StartNew();
            var frames = community.Repeating.PushedFrames;
            await BeTrueAsync(() => community.Repeating.PushedFrames > frames, $"line {line} on the second gateway's air");
            delays.Add(clock.Elapsed.TotalMilliseconds);
            await BeTrueAsync(() => community.Listener.Store.View.HeightOf(author.Log) == line, $"line {line} heard beyond");
        }

        output.WriteLine($"stored by one to sent by the other: {string.Join(", ", delays.Select(delay => $"{delay:0}"))} ms");
        delays.Order().ElementAt(2).ShouldBeLessThan(1000);
    }

    [Fact]
    public async Task ARestartOfTheDatabaseLosesNothing()
    {
        await using var community = await Community.StartAsync(server);
        using var author = new MadeUpAuthor(2);
        await community.Speaker.Store.AppendAsync(author.Write());
        await BeTrueAsync(() => community.Listener.Store.View.HeightOf(author.Log) == 1, "the first line beyond");

        await server.StopAsync("immediate");
        try
        {
            await community.Speaker.Store.AppendAsync(author.Write());
            await community.Speaker.Store.AppendAsync(author.Write());
            await BeTrueAsync(() => community.Hearing.Node.Counters.EntriesAppended == 1 && community.Speaker.PushedFrames > 1, "lines sent while the database is away");
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
        finally
        {
            await server.StartAsync();
        }

        await community.Speaker.Store.AppendAsync(author.Write());
        await BeTrueAsync(() => community.Hearing.Store.View.HeightOf(author.Log) == 4, "all lines in the database", 120);
        await BeTrueAsync(() => community.Listener.Store.View.HeightOf(author.Log) == 4, "all lines beyond", 120);
    }

    [Fact]
    public async Task TheRadioDoesNotWaitForADatabaseThatIsAway()
    {
        await using var community = await Community.StartAsync(server);
        using var author = new MadeUpAuthor(3);
        await community.Speaker.Store.AppendAsync(author.Write());
        await BeTrueAsync(() => community.Hearing.Store.View.HeightOf(author.Log) == 1, "the first line heard");
        var heard = community.Hearing.Node.Counters.FramesReceived;

        await server.StopAsync("immediate");
        var longest = TimeSpan.Zero;
        try
        {
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(12);)
            {
                await community.Speaker.Store.AppendAsync(author.Write());
                var wait = Stopwatch.StartNew();
                community.Hearing.Node.ReadAtRest((_, _) => 0);
                longest = wait.Elapsed > longest ? wait.Elapsed : longest;
                await Task.Delay(500);
            }
        }
        finally
        {
            await server.StartAsync();
        }

        var counters = community.Hearing.Node.Counters;
        output.WriteLine($"longest wait for the radio's lock {longest.TotalMilliseconds:0} ms; {counters.FramesReceived - heard} frames heard, {counters.AppendsOverdue} appends overdue, {counters.StoreFailures} store failures");
        longest.ShouldBeLessThan(TimeSpan.FromSeconds(5), "an append is tried for 30 s, so all the while");
        counters.FramesReceived.ShouldBeGreaterThan(heard + 10, "it hears all the while");
        (counters.AppendsOverdue + counters.StoreFailures).ShouldBeGreaterThan(0);
        await BeTrueAsync(
            () => community.Hearing.Store.View.HeightOf(author.Log) == community.Speaker.Store.View.HeightOf(author.Log), "all lines in the database", 120);
    }

    private sealed class Community : IAsyncDisposable
    {
        private readonly List<Gateway> _all = [];

        public Gateway Speaker { get; private set; } = null!;

        public Gateway Hearing { get; private set; } = null!;

        public Gateway Repeating { get; private set; } = null!;

        public Gateway Listener { get; private set; } = null!;

        public static async Task<Community> StartAsync(PostgresServer server)
        {
            var community = new Community();
            var database = StoreLocation.Parse($"{server.ConnectionString};Search Path={server.NextSchema()}");
            var (hill, valley) = (new SimulatedEther(TimeProvider.System), new SimulatedEther(TimeProvider.System));
            community.Speaker = community.Add(hill, "speaker", new MemoryLogStore());
            community.Hearing = community.Add(hill, "hearing", await database.OpenAsync("hearing"));
            community.Repeating = community.Add(valley, "repeating", await database.OpenAsync("repeating"));
            community.Listener = community.Add(valley, "listener", new MemoryLogStore());
            hill.Connect("speaker", "hearing", new Link());
            valley.Connect("repeating", "listener", new Link());
            community._all.ForEach(gateway => gateway.Start());
            return community;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var gateway in _all)
            {
                await gateway.DisposeAsync();
            }
        }

        private Gateway Add(SimulatedEther ether, string name, ILogStore store)
        {
            _all.Add(new Gateway(ether, name, store, (byte)(_all.Count + 1)));
            return _all[^1];
        }
    }

    private sealed class Gateway : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly KeyPair _key;
        private Task _watching = Task.CompletedTask;

        public Gateway(SimulatedEther ether, string name, ILogStore store, byte seed)
        {
            Store = store;
            var bytes = new byte[KeyPair.SeedLength];
            bytes[0] = seed;
            _key = KeyPair.FromSeed(bytes);
            Node = new RadioNode(
                new RadioNodeOptions
                {
                    Key = _key,
                    Network = NetworkId.FromName("shared"),
                    Plan = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup { WantedDbm = 14 }),
                    Profile = "standard",
                    Opening = new LedgerOpening { FirstStart = true },
                    Mesh = new MeshOptions { BatchDelay = TimeSpan.FromMilliseconds(100) },
                },
                store,
                new FastRadio(ether, name),
                TimeProvider.System,
                Random.Shared,
                NullLogger<RadioNode>.Instance);
        }

        public ILogStore Store { get; }

        public RadioNode Node { get; }

        public long PushedFrames => Node.Mesh.Counters.Traffic.TryGetValue("push", out var push) ? push.Frames : 0;

        public void Start()
        {
            Node.Start();
            _watching = Node.WatchStoreAsync(_stop.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _watching;
            Node.Dispose();
            await Store.DisposeAsync();
            _key.Dispose();
            _stop.Dispose();
        }
    }
}
