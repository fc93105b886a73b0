using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Bamboo;
using P2Panda.Documents;
using P2Panda.Radio.Gateway.Documents;
using P2Panda.Radio.Gateway.GraphQL;
using P2Panda.Radio.Gateway.GraphQL.Execution;
using P2Panda.Radio.Gateway.GraphQL.Types;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Tests.Documents;

/// <summary>The documents of a store, with the queries that their schemas bring.</summary>
internal sealed class QueriedDocuments : IAsyncDisposable
{
    private readonly GraphQLExecutor _executor = new(new GraphQLLimits(), TimeProvider.System, NullLogger<GraphQLExecutor>.Instance);
    private readonly Schema _schema;

    private QueriedDocuments(ILogStore store, MaterialisedDocuments documents)
    {
        (Store, Documents) = (store, documents);
        var query = new ObjectType("Query", null);
        foreach (var field in DocumentTypes.QueriesOf(documents, documents.Schemas))
        {
            query.Add(field);
        }

        _schema = new Schema(query);
    }

    public ILogStore Store { get; }

    public MaterialisedDocuments Documents { get; }

    /// <summary>Appends the entries that were published to aquadoggo, unless they are there, and takes them in. The store goes with it.</summary>
    public static async Task<QueriedDocuments> OpenAsync(ILogStore store, JsonDocument recorded)
    {
        var documents = await MaterialisedDocuments.OpenAsync(store);
        foreach (var record in recorded.RootElement.GetProperty("published").EnumerateArray())
        {
            await store.AppendAsync(BambooEntry.VerifyHex(record.GetProperty("entry").GetString(), record.GetProperty("operation").GetString()).Entry!);
        }

        await documents.CompleteAsync();
        return new QueriedDocuments(store, documents);
    }

    public ValueTask<ReadOnlyMemory<byte>> AskAsync(string query, JsonElement? variables = null) =>
        _executor.ExecuteAsync(_schema, new GraphQLRequest(query, null, variables), null, default);

    public async ValueTask DisposeAsync()
    {
        await Documents.DisposeAsync();
        await Store.DisposeAsync();
    }
}
