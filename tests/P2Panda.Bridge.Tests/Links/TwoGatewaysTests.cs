using System.Diagnostics;
using P2Panda.Bridge.Links;
using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using Xunit.Abstractions;

namespace P2Panda.Bridge.Tests.Links;

public sealed class TwoGatewaysTests(ITestOutputHelper output)
{
    // The waits of the defaults are for aquadoggo's sake.
    private static readonly ReplicationServiceOptions Quick = new()
    {
        Sessions = new ReplicationOptions { DefinitionsPause = TimeSpan.FromMilliseconds(200) },
    };

    [Theory]
    [InlineData("/memory/0")]
    [InlineData("/ip4/127.0.0.1/tcp/0")]
    [InlineData("/ip4/127.0.0.1/udp/0/quic-v1")]
    public async Task BothEndUpWithEverything(string listen)
    {
        var network = listen.StartsWith("/memory", StringComparison.Ordinal) ? new MemoryNetwork() : null;
        await using var left = await BridgeNode.StartAsync(listen, network, options: Quick);
        await using var right = await BridgeNode.StartAsync(listen, network, options: Quick);
        using var ada = new AppAuthor(1);
        using var bob = new AppAuthor(2);
        var chat = ada.DefineSchema("chat");
        var venue = bob.DefineSchema("venue");
        for (var i = 0; i < 100; i++)
        {
            ada.Create(chat, $"hello {i}");
            bob.Create(venue, $"here {i}");
        }

        await left.PublishAsync(ada.Written);
        await right.PublishAsync(bob.Written);
        await left.Host.ConnectAsync(right.Address);
        await Eventually.BeTrueAsync(() => left.Store.EntryCount == 204 && right.Store.EntryCount == 204, "everything on both sides");
        (await left.EntriesAsync()).ShouldBe(await right.EntriesAsync());
        right.Service.Supported.ShouldContain(chat);
        left.Service.Counters.Received(IntakeVerdict.Invalid).ShouldBe(0);
    }

    [Fact]
    public async Task NewEntriesCrossAtOnceAndAreNotSentBack()
    {
        var network = new MemoryNetwork();
        await using var left = await BridgeNode.StartAsync("/memory/0", network, options: Quick);
        await using var right = await BridgeNode.StartAsync("/memory/0", network, options: Quick);
        using var ada = new AppAuthor(1);
        var chat = ada.DefineSchema("chat");
        var first = ada.Create(chat, "first");
        await left.PublishAsync(ada.Written);
        await left.Host.ConnectAsync(right.Address);
        await Eventually.BeTrueAsync(() => right.Store.EntryCount == 3, "the first entries");

        var delays = new List<double>();
        var last = first;
        for (var i = 0; i < 20; i++)
        {
            last = ada.Update(chat, first.Id, last.Id, $"line {i}");
            var clock = Stopwatch.StartNew();
            await left.PublishAsync([last]);
            await Eventually.BeTrueAsync(() => right.Store.EntryCount == 4 + i, $"line {i}");
            delays.Add(clock.Elapsed.TotalMilliseconds);
        }

        output.WriteLine($"from stored here to stored there: median {delays.Order().ElementAt(10):0} ms, worst {delays.Max():0} ms");
        delays.Order().ElementAt(10).ShouldBeLessThan(2000);
        right.Service.Counters.EntriesSent.ShouldBe(0);
        right.Service.Counters.Received(IntakeVerdict.Known).ShouldBe(0);
    }

    [Fact]
    public async Task OnlyAllowedSchemasCross()
    {
        var network = new MemoryNetwork();
        using var ada = new AppAuthor(1);
        var chat = ada.DefineSchema("chat");
        var secret = ada.DefineSchema("secret");
        ada.Create(chat, "public");
        ada.Create(secret, "private");
        var allowed = SchemaIdSet.Of([SchemaId.SchemaDefinition, SchemaId.SchemaFieldDefinition, chat]);
        await using var left = await BridgeNode.StartAsync("/memory/0", network, options: Quick with { AllowedSchemas = allowed });
        await using var right = await BridgeNode.StartAsync("/memory/0", network, options: Quick);
        await left.PublishAsync(ada.Written);
        await left.Host.ConnectAsync(right.Address);
        await Eventually.BeTrueAsync(() => right.Store.EntryCount == 5, "definitions and the allowed document");
        await Eventually.BeTrueAsync(() => right.Service.Counters.SessionsCompleted >= 3, "one more session that brings nothing");
        right.Store.EntryCount.ShouldBe(5);
    }

    [Fact]
    public async Task ABatchIsFollowedByTheRest()
    {
        var network = new MemoryNetwork();
        var small = Quick with { Sessions = Quick.Sessions with { FirstBatch = 64, LargestBatch = 128 } };
        await using var left = await BridgeNode.StartAsync("/memory/0", network, options: small);
        await using var right = await BridgeNode.StartAsync("/memory/0", network, options: Quick);
        using var ada = new AppAuthor(1);
        var chat = ada.DefineSchema("chat");
        for (var i = 0; i < 1000; i++)
        {
            ada.Create(chat, $"line {i}");
        }

        await left.PublishAsync(ada.Written);
        await left.Host.ConnectAsync(right.Address);
        await Eventually.BeTrueAsync(() => right.Store.EntryCount == 1002, "all entries");
        left.Service.Counters.SessionsCompleted.ShouldBeGreaterThan(7);
    }
}
