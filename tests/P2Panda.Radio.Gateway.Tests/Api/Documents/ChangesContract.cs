using System.Net;
using System.Text.Json;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

public abstract class ChangesContract(Func<Task<ILogStore>> open)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Changes_are_told_as_they_happen()
    {
        await using var published = await PublishedGateway.StartAsync(await open(), isEmpty: true);
        using var reader = await OpenAsync(published.Client, "/changes");
        await published.AppendAsync(published.Entries[..3]);
        var events = await ReadAsync(reader, 3);
        events.Select(told => told.Document).ShouldBe(published.Entries[..3].Select(entry => entry.Id.ToString()), ignoreOrder: true);
        events.ShouldAllBe(told => told.Schema == "schema_field_definition_v1" && told.View == told.Document && !told.IsDeleted);
        events.Select(told => told.Id).ShouldBeInOrder();
    }

    [Fact]
    public async Task Who_comes_back_misses_nothing_and_hears_of_each_document_once()
    {
        await using var published = await PublishedGateway.StartAsync(await open(), isEmpty: true);
        await published.AppendAsync(published.Entries[..20]);
        long last;
        using (var reader = await OpenAsync(published.Client, "/changes?after=0"))
        {
            last = (await ReadAsync(reader, 20))[^1].Id;
        }

        await published.AppendAsync(published.Entries[20..]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/changes");
        request.Headers.Add("Last-Event-ID", last.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var again = await OpenAsync(published.Client, request);
        var events = await ReadAsync(again, 29);
        events.Select(told => told.Document).ShouldBeUnique();
        events.Count(told => told.IsDeleted).ShouldBe(2);
        events.Select(told => told.Schema).ShouldContain(published.EventSchema);
    }

    [Fact]
    public async Task Only_documents_of_the_schemas_asked_for_are_told_of()
    {
        await using var published = await PublishedGateway.StartAsync(await open());
        using var reader = await OpenAsync(published.Client, "/changes?after=0&schema=blob_v1&schema=blob_piece_v1");
        (await ReadAsync(reader, 3)).Select(told => told.Schema).Order().ShouldBe(["blob_piece_v1", "blob_piece_v1", "blob_v1"]);
    }

    [Theory]
    [InlineData("/changes?after=x")]
    [InlineData("/changes?after=-1")]
    [InlineData("/changes?after=99999999999999999999")]
    public async Task A_wrong_start_is_refused(string path)
    {
        await using var published = await PublishedGateway.StartAsync(await open(), isEmpty: true);
        using var answer = await published.Client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static Task<StreamReader> OpenAsync(HttpClient client, string path) =>
        OpenAsync(client, new HttpRequestMessage(HttpMethod.Get, path));

    private static async Task<StreamReader> OpenAsync(HttpClient client, HttpRequestMessage request)
    {
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync().WaitAsync(Patience)).ShouldBe("retry: 3000");
        return reader;
    }

    private static async Task<List<Told>> ReadAsync(StreamReader reader, int count)
    {
        var events = new List<Told>();
        var id = 0L;
        while (events.Count < count)
        {
            var line = (await reader.ReadLineAsync().WaitAsync(Patience)).ShouldNotBeNull();
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = long.Parse(line[4..], System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                using var json = JsonDocument.Parse(line[6..]);
                events.Add(new Told(
                    id,
                    json.RootElement.GetProperty("documentId").GetString()!,
                    json.RootElement.GetProperty("viewId").GetString()!,
                    json.RootElement.GetProperty("schemaId").GetString()!,
                    json.RootElement.GetProperty("deleted").GetBoolean()));
            }
        }

        return events;
    }

    private sealed record Told(long Id, string Document, string View, string Schema, bool IsDeleted);
}
