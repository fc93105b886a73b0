using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Documents;
using P2Panda.Store;
using P2Panda.Tests;

namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

/// <summary>A served gateway and the entries that were published to aquadoggo before it was read from.</summary>
internal sealed class PublishedGateway : IAsyncDisposable
{
    private PublishedGateway(ServedGateway gateway, JsonDocument recorded)
    {
        Gateway = gateway;
        Recorded = recorded;
        Entries = [.. recorded.RootElement.GetProperty("published").EnumerateArray().Select(record =>
            BambooEntry.VerifyHex(record.GetProperty("entry").GetString(), record.GetProperty("operation").GetString()).Entry!)];
    }

    public ServedGateway Gateway { get; }

    public HttpClient Client => Gateway.Client;

    public JsonDocument Recorded { get; }

    public VerifiedEntry[] Entries { get; }

    public string BlobId => Recorded.RootElement.GetProperty("blob").GetProperty("document").GetString()!;

    public string EventSchema => Recorded.RootElement.GetProperty("schemas").GetProperty("event").GetString()!;

    public MaterialisedDocuments Documents => Gateway.Services.GetRequiredService<MaterialisedDocuments>();

    /// <summary>Starts a gateway; with all entries unless told otherwise.</summary>
    public static async Task<PublishedGateway> StartAsync(ILogStore store, bool isEmpty = false)
    {
        var published = new PublishedGateway(await ServedGateway.StartAsync(store), TestVectors.Json("aquadoggo/reads.json"));
        if (!isEmpty)
        {
            await published.AppendAsync(published.Entries);
        }

        return published;
    }

    public async Task AppendAsync(params VerifiedEntry[] entries)
    {
        await Gateway.Store.AppendAsync(entries);
        await Documents.CompleteAsync();
    }

    public async Task<JsonElement> AskAsync(string query)
    {
        using var answer = await Client.PostAsJsonAsync("/graphql", new { query });
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        Recorded.Dispose();
    }
}
