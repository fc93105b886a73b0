using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Documents.CrashHost;
using P2Panda.Store;
using P2Panda.Store.Memory;
using P2Panda.Store.Postgres;
using P2Panda.Store.Tests.Postgres;

namespace P2Panda.Documents.Tests;

/// <summary>Gateways that share a PostgreSQL database take operations in side by side, each whatever it comes upon first.</summary>
public sealed class SharedDatabaseTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const int Gateways = 3;
    private const int Rounds = 10;
    private const int DocumentsOfEach = 20;

    private readonly string _schema = server.NextSchema();

    [Fact]
    public async Task Gateways_that_take_in_at_once_have_the_same_documents()
    {
        var published = PublishedVectors.Read();
        using var stop = new CancellationTokenSource();
        var stores = new List<PostgresLogStore>();
        var all = new List<MaterialisedDocuments>();
        foreach (var name in Enumerable.Range(1, Gateways).Select(number => $"gateway {number}"))
        {
            stores.Add(await PostgresLogStore.OpenAsync(server.ConnectionString, new PostgresOptions { Schema = _schema, Gateway = name }));
            all.Add(await MaterialisedDocuments.OpenAsync(stores[^1]));
        }

        var following = all.ConvertAll(documents => documents.RunAsync(stop.Token));
        await Task.WhenAll(Enumerable.Range(0, Gateways).Select(number => Task.Run(() => PublishAsync(number, stores[number], all[number], published))));
        foreach (var documents in all)
        {
            await documents.CompleteAsync();
        }

        await stop.CancelAsync();
        foreach (var task in following)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => task);
        }

        stores.ConvertAll(store => store.EntryCount).ShouldAllBe(count => count == published.Length + (Gateways * Rounds * DocumentsOfEach));
        var expected = await RecomputeAsync(stores[0]);
        foreach (var documents in all)
        {
            documents.Schemas.Listed.Count.ShouldBe(6);
            (await TableDump.OfAsync(documents)).ShouldBe(expected);
        }

        await all[0].RebuildAsync();
        (await TableDump.OfAsync(all[1])).ShouldBe(expected);
        foreach (var (documents, store) in all.Zip(stores))
        {
            await documents.DisposeAsync();
            await store.DisposeAsync();
        }
    }

    [Fact]
    [Trait("duration", "long")]
    public async Task A_gateway_that_is_killed_leaves_the_other_at_work()
    {
        var location = $"{server.ConnectionString};Search Path={_schema}";
        using var first = new GatewayProcess(location, author: 1);
        using var second = new GatewayProcess(location, author: 2);
        await Task.WhenAll(first.AppendsAsync(6), second.AppendsAsync(6));
        await first.KillAsync();
        await second.AppendsAsync(6);
        await second.KillAsync();

        await using var store = await PostgresLogStore.OpenAsync(server.ConnectionString, new PostgresOptions { Schema = _schema });
        await using var documents = await MaterialisedDocuments.OpenAsync(store);
        await documents.CompleteAsync();
        (await TableDump.OfAsync(documents)).ShouldBe(await RecomputeAsync(store));
    }

    /// <summary>Documents of its own, and what everybody hears, in an order of its own.</summary>
    private static async Task PublishAsync(int number, PostgresLogStore store, MaterialisedDocuments documents, VerifiedEntry[] published)
    {
        using var writer = new DefinitionWriter(store, (byte)(number + 1));
        var random = new Random(number);
        var heard = published.ToArray();
        random.Shuffle(heard);
        foreach (var part in heard.Chunk(published.Length / Rounds))
        {
            await store.AppendAsync([.. part, .. Enumerable.Range(0, DocumentsOfEach).Reverse().Select(writer.Next)]);
            var (operations, shown) = await documents.CountAsync();
            shown.ShouldBeLessThanOrEqualTo(operations);
        }
    }

    /// <summary>What the same logs add up to beside a store that nobody shares.</summary>
    private static async Task<List<string>> RecomputeAsync(ILogStore shared)
    {
        await using var store = new MemoryLogStore();
        for (var after = 0L; after < shared.LastChange;)
        {
            var page = await shared.ReadChangesAsync(after, 500);
            await store.AppendAsync([.. page.Changes.Select(change => BambooEntry.Verify(change.Entry.EntryBytes, change.Entry.PayloadBytes!.Value).Entry!)]);
            after = page.ReadTo;
        }

        await using var documents = await MaterialisedDocuments.OpenAsync(store);
        await documents.CompleteAsync();
        (await documents.CountAsync()).Operations.ShouldBe(shared.EntryCount);
        return await TableDump.OfAsync(documents);
    }
}
