using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using P2Panda.Core.Operations;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

/// <summary>What radio means for an app: operations come in any order, and from some authors late.</summary>
public abstract class DocumentStateContract(Func<Task<ILogStore>> open)
{
    [Fact]
    public async Task A_document_whose_operations_are_all_here_is_complete()
    {
        await using var published = await PublishedGateway.StartAsync(await open());
        var created = published.Entries[36];
        var state = await published.Client.GetFromJsonAsync<JsonElement>($"/api/v1/documents/{created.Id}");
        state.GetProperty("complete").GetBoolean().ShouldBeTrue();
        state.GetProperty("operations").GetInt32().ShouldBe(2);
        state.GetProperty("waiting").GetArrayLength().ShouldBe(0);
        state.GetProperty("schemaId").GetString().ShouldBe(published.EventSchema);
        var author = state.GetProperty("authors").EnumerateArray().Single();
        author.GetProperty("publicKey").GetString().ShouldBe(created.Log.Author.ToString());
        author.GetProperty("heardAt").GetDateTimeOffset().ShouldBeInRange(DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(1));
        (await published.Client.GetFromJsonAsync<JsonElement>($"/api/v1/authors/{created.Log.Author}")).GetProperty("heardAt").GetDateTimeOffset()
            .ShouldBe(author.GetProperty("heardAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task What_waits_and_what_is_missing_is_named()
    {
        await using var published = await PublishedGateway.StartAsync(await open(), isEmpty: true);

        // The document was created by one author; the update of another waits for it.
        var (create, update) = (published.Entries[27], published.Entries[54]);
        var others = published.Entries.Except([create, update]).ToArray();
        await published.AppendAsync([.. others, update]);
        using var unknown = await published.Client.GetAsync($"/api/v1/documents/{create.Id}");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await published.AppendAsync(create);
        var state = await published.Client.GetFromJsonAsync<JsonElement>($"/api/v1/documents/{create.Id}");
        state.GetProperty("complete").GetBoolean().ShouldBeTrue();
        state.GetProperty("authors").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_later_operation_of_a_known_log_tells_which_document_waits()
    {
        await using var published = await PublishedGateway.StartAsync(await open(), isEmpty: true);
        var writer = new Writer(7);
        var other = new Writer(8);
        var create = writer.Append(0, Operation.Create(SchemaId.SchemaFieldDefinition, Fields("a", "int")));
        var foreign = other.Append(0, Operation.Update(SchemaId.SchemaFieldDefinition, DocumentViewId.Of(create.Id), Fields("b", "int")));
        var late = writer.Append(0, Operation.Update(SchemaId.SchemaFieldDefinition, DocumentViewId.Of(foreign.Id), Fields("c", "int")));
        await published.AppendAsync(create, late);

        var state = await published.Client.GetFromJsonAsync<JsonElement>($"/api/v1/documents/{create.Id}");

        state.GetProperty("complete").GetBoolean().ShouldBeFalse();
        state.GetProperty("operations").GetInt32().ShouldBe(1);
        var waiting = state.GetProperty("waiting").EnumerateArray().Single();
        waiting.GetProperty("operation").GetString().ShouldBe(late.Id.ToString());
        waiting.GetProperty("missing").EnumerateArray().Single().GetString().ShouldBe(foreign.Id.ToString());
        await published.AppendAsync(foreign);
        (await published.Client.GetFromJsonAsync<JsonElement>($"/api/v1/documents/{create.Id}")).GetProperty("complete").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Queries_of_a_new_schema_are_there_as_soon_as_it_is()
    {
        await using var published = await PublishedGateway.StartAsync(await open(), isEmpty: true);
        var query = $"{{ all: all_{published.EventSchema} {{ totalCount }} }}";
        (await published.AskAsync(query)).TryGetProperty("errors", out _).ShouldBeTrue();

        // Documents first, the schema last.
        await published.AppendAsync([.. published.Entries[15..], .. published.Entries[..14]]);
        (await published.AskAsync(query)).TryGetProperty("errors", out _).ShouldBeTrue();
        await published.AppendAsync(published.Entries[14]);
        (await published.AskAsync(query)).GetProperty("data").GetProperty("all").GetProperty("totalCount").GetInt32().ShouldBe(22);
    }

    [Theory]
    [InlineData("/api/v1/documents/0020")]
    [InlineData("/api/v1/authors/xyz")]
    public async Task What_is_no_id_is_refused(string path)
    {
        await using var published = await PublishedGateway.StartAsync(await open(), isEmpty: true);
        using var answer = await published.Client.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_description_of_the_interface_has_all_of_it()
    {
        await using var published = await PublishedGateway.StartAsync(await open(), isEmpty: true);
        var paths = (await published.Client.GetFromJsonAsync<JsonElement>("/openapi.json")).GetProperty("paths");
        foreach (var path in (string[])["/changes", "/blobs/{document}", "/blobs/{document}/{view}", "/api/v1/documents/{id}", "/api/v1/authors/{publicKey}"])
        {
            paths.GetProperty(path).GetProperty("get").GetProperty("parameters").GetArrayLength().ShouldBeGreaterThan(0, path);
        }
    }

    private static PlainFields Fields(string name, string type) => new(
        [KeyValuePair.Create("name", PlainValue.String(name)), KeyValuePair.Create("type", PlainValue.String(type))]);
}
