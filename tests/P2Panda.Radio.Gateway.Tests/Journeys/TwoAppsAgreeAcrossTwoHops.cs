using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Journeys;

/// <summary>
/// Two apps on p2panda's own client library, at gateways two radio hops apart on an air that loses a frame in five, edit and delete the same
/// documents at the same time. In the end the two gateways and the one between them answer every query alike, and as a re-computation from
/// the apps' own account of what they published.
/// </summary>
public sealed class TwoAppsAgreeAcrossTwoHops(ITestOutputHelper output) : IDisposable
{
    private const int Documents = 30;
    private const string FieldDefinition = "schema_field_definition_v1";
    private const string Definition = "schema_definition_v1";

    /// <summary>For the whole journey, which takes one minute or two, most of it air time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(7);

    private static readonly (string Name, string Type)[] Fields = [("title", "str"), ("number", "int"), ("price", "float"), ("open", "bool")];

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly GatewayProgram _program = new();
    private readonly List<IDisposable> _running = [];

    public void Dispose()
    {
        _running.ForEach(each => each.Dispose());
        _program.Dispose();
    }

    [Fact]
    [Trait("duration", "long")]
    public async Task EveryQueryIsAnsweredAlikeAndAsRecomputed()
    {
        var ether = Keep(new RunningProgram(_program.Start(
            "sim", "ether", "--listen", "unix:ether", "--link", "A-B:loss=0.2", "--link", "B-C:loss=0.2", "--speed", "60")));
        ether.WaitFor("The ether is at unix:");
        RunningGateway[] gateways = [StartGateway("A"), StartGateway("B"), StartGateway("C")];
        var a = Keep(await ShirokumaClient.StartAsync(gateways[0].Client.BaseAddress!));
        var c = Keep(await ShirokumaClient.StartAsync(gateways[2].Client.BaseAddress!));

        var schema = await PublishSchemaAsync(a);
        await UntilAllAgreeAsync(gateways, schema, a, c);
        string[][] created = await Task.WhenAll(CreateAsync(a, schema, first: 0), CreateAsync(c, schema, first: 1));
        await UntilAllAgreeAsync(gateways, schema, a, c);
        string[] documents = [.. created[0].Zip(created[1], (even, odd) => new[] { even, odd }).SelectMany(pair => pair)];

        // Both build upon the documents as they were created, whatever the radio has brought in the meantime.
        await Task.WhenAll(EditAsync(a, schema, documents, 0..18, title: "west"), EditAsync(c, schema, documents, 6..24, title: "east"));
        await Task.WhenAll(DeleteAsync(a, schema, documents, 15, 22, 23, 28), DeleteAsync(c, schema, documents, 4, 5, 16, 28));
        await UntilAllAgreeAsync(gateways, schema, a, c);

        // Then each brings together what had grown apart.
        var apart = RecomputedDocument.All([.. a.Published, .. c.Published], schema).Where(document => document.ViewId.Contains('_')).ToList();
        apart.Count.ShouldBe(10);
        foreach (var (i, document) in apart.Index().Take(6))
        {
            await (i % 2 == 0 ? a : c).UpdateAsync(schema, document.ViewId, new AppField("title", "str", $"together {i}"));
        }

        var queries = await UntilAllAgreeAsync(gateways, schema, a, c);
        var all = RecomputedDocument.All([.. a.Published, .. c.Published], schema);
        all.Count.ShouldBe(Documents - 7);
        all.Count(document => document.IsForked).ShouldBe(10);
        all.Count(document => document.ViewId.Contains('_')).ShouldBe(4);
        a.Refusals.Concat(c.Refusals).ShouldAllBe(words => words == "The document was deleted");
        output.WriteLine(
            $"{a.Published.Count} operations at A and {c.Published.Count} at C, {a.Refusals.Count + c.Refusals.Count} refused; {queries} queries answered alike on A, B and C "
            + $"and as re-computed; {all.Count} documents, {all.Count(document => document.IsForked)} of them edited at both ends; {_clock.Elapsed.TotalSeconds:0} s");
        gateways.ShouldAllBe(gateway => gateway.Stop() == 0);
    }

    private static async Task<string> PublishSchemaAsync(ShirokumaClient app)
    {
        var fields = new List<string[]>();
        foreach (var (name, type) in Fields)
        {
            fields.Add([await app.CreateAsync(FieldDefinition, new AppField("name", "str", name), new AppField("type", "str", type))]);
        }

        var definition = await app.CreateAsync(
            Definition, new AppField("name", "str", "place"), new AppField("description", "str", "A place"), new AppField("fields", "pinned_relation_list", fields));
        return $"place_{definition}";
    }

    private static async Task<string[]> CreateAsync(ShirokumaClient app, string schema, int first)
    {
        var ids = new List<string>();
        for (var i = first; i < Documents; i += 2)
        {
            ids.Add(await app.CreateAsync(
                schema, new AppField("title", "str", $"place {i:00}"), new AppField("number", "int", i * 7 % Documents),
                new AppField("price", "float", (i * 11 % Documents) + 0.5), new AppField("open", "bool", i % 3 == 0)));
        }

        return [.. ids];
    }

    /// <summary>Edits the documents as they were created, and every fourth of them once more, from there on.</summary>
    private static async Task EditAsync(ShirokumaClient app, string schema, string[] documents, Range range, string title)
    {
        var (first, count) = range.GetOffsetAndLength(documents.Length);
        for (var i = first; i < first + count; i++)
        {
            var number = new AppField("number", "int", (title == "west" ? 100 : 200) + i);
            var edited = i % 3 == 0
                ? await app.UpdateAsync(schema, documents[i], number)
                : await app.UpdateAsync(schema, documents[i], number, new AppField("title", "str", $"{title} {i:00}"));
            if (i % 4 == 0)
            {
                await app.UpdateAsync(schema, edited, new AppField("open", "bool", title == "west"), new AppField("price", "float", i + 40.25));
            }
        }
    }

    private static async Task DeleteAsync(ShirokumaClient app, string schema, string[] documents, params int[] numbers)
    {
        foreach (var i in numbers)
        {
            await app.DeleteAsync(schema, documents[i]);
        }
    }

    /// <summary>Asks until every gateway gives the answers that the apps' publications have; their number.</summary>
    private async Task<int> UntilAllAgreeAsync(RunningGateway[] gateways, string schema, params ShirokumaClient[] apps)
    {
        var queries = Queries(schema, [.. apps.SelectMany(app => app.Published)]);
        var started = _clock.Elapsed;
        foreach (var gateway in gateways)
        {
            for (var i = 0; i < queries.Count;)
            {
                var (query, expected) = queries[i];
                var answer = await AskAsync(gateway, query);
                if (answer == expected)
                {
                    i++;
                    continue;
                }

                if (_clock.Elapsed > Patience)
                    answer.ShouldBe(expected, $"gateway {Array.IndexOf(gateways, gateway)}: {query}");
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
        }

        output.WriteLine($"{queries.Count} queries answered alike after {(_clock.Elapsed - started).TotalSeconds:0} s");
        return queries.Count;
    }

    /// <summary>The list of queries, each with the answer that it should have.</summary>
    private static List<(string Query, string Expected)> Queries(string schema, IReadOnlyList<PublishedOperation> operations)
    {
        var all = RecomputedDocument.All(operations, schema);
        var created = operations.Where(operation => operation.SchemaId == schema && operation.Previous.Length == 0).ToList();
        var owner = operations[0].Author;
        var queries = new List<(string Query, string Expected)>();
        Collection("", all);
        Collection("orderDirection: DESC", all.AsEnumerable().Reverse());
        Collection("orderBy: DOCUMENT_VIEW_ID", all.OrderBy(document => document.ViewId, StringComparer.Ordinal));
        foreach (var field in new[] { "title", "number", "price" })
        {
            Collection($"orderBy: {field}, orderDirection: ASC", OrderedBy(field, all));
            Collection($"orderBy: {field}, orderDirection: DESC", OrderedBy(field, all, descending: true));
        }

        Collection("filter: { number: { gt: 10, lte: 112 } }", all.Where(document => Number(document) is > 10 and <= 112));
        Collection("filter: { number: { in: [1, 7, 106, 210] } }", all.Where(document => Number(document) is 1 or 7 or 106 or 210));
        Collection("filter: { price: { lt: 12.5 } }, orderBy: price", OrderedBy("price", all.Where(document => Price(document) < 12.5)));
        Collection("filter: { open: { eq: true } }", all.Where(IsOpen));
        Collection("filter: { open: { notEq: true }, title: { contains: \"st\" } }", all.Where(document => !IsOpen(document) && Title(document).Contains("st", StringComparison.Ordinal)));
        Collection("filter: { title: { notContains: \"place\" } }", all.Where(document => !Title(document).Contains("place", StringComparison.Ordinal)));
        Collection("filter: { title: { gte: \"east 10\", lt: \"west 12\" } }", all.Where(document => string.CompareOrdinal(Title(document), "east 10") >= 0 && string.CompareOrdinal(Title(document), "west 12") < 0));
        Collection($"meta: {{ owner: {{ eq: \"{owner}\" }} }}", all.Where(document => document.Owner == owner));
        Collection($"meta: {{ owner: {{ notEq: \"{owner}\" }} }}", all.Where(document => document.Owner != owner));
        Collection("meta: { edited: { eq: true } }", all.Where(document => document.IsEdited));
        Collection("meta: { edited: { eq: false } }", all.Where(document => !document.IsEdited));
        Collection("meta: { deleted: { eq: true } }", []);
        Add($"{{ all_{schema}(first: 7, orderBy: title) {{ totalCount hasNextPage documents {{ fields {{ title }} }} }} }}", $"all_{schema}", new
        {
            totalCount = all.Count,
            hasNextPage = all.Count > 7,
            documents = OrderedBy("title", all).Take(7).Select(document => new { fields = new { title = Title(document) } }),
        });
        foreach (var id in created.Select(create => create.Id))
        {
            Add($"{{ {schema}(id: \"{id}\") {{ {Shown} }} }}", schema, all.Where(document => document.Id == id).Select(Show).SingleOrDefault());
        }

        foreach (var document in all.Where(document => document.IsEdited))
        {
            Add($"{{ {schema}(viewId: \"{document.ViewId}\") {{ {Shown} }} }}", schema, Show(document));
        }

        var definitions = RecomputedDocument.All(operations, FieldDefinition);
        Add($"{{ all_{FieldDefinition} {{ totalCount documents {{ fields {{ name type }} meta {{ documentId owner }} }} }} }}", $"all_{FieldDefinition}", new
        {
            totalCount = definitions.Count,
            documents = definitions.Select(field => new { fields = new { name = field.Fields["name"], type = field.Fields["type"] }, meta = new { documentId = field.Id, owner } }),
        });
        Add($"{{ all_{Definition} {{ documents {{ fields {{ name description }} meta {{ documentId viewId }} }} }} }}", $"all_{Definition}", new
        {
            documents = RecomputedDocument.All(operations, Definition).Select(definition => new
            {
                fields = new { name = definition.Fields["name"], description = definition.Fields["description"] },
                meta = new { documentId = definition.Id, viewId = definition.ViewId },
            }),
        });
        return queries;

        void Collection(string arguments, IEnumerable<RecomputedDocument> expected)
        {
            var documents = expected.Select(Show).ToList();
            Add(
                $"{{ all_{schema}(first: 100, {arguments}) {{ totalCount hasNextPage documents {{ {Shown} }} }} }}", $"all_{schema}",
                new { totalCount = documents.Count, hasNextPage = false, documents });
        }

        void Add(string query, string root, object? value) =>
            queries.Add((query, JsonSerializer.SerializeToNode(new { data = new Dictionary<string, object?> { [root] = value } })!.ToJsonString()));
    }

    private const string Shown = "meta { documentId viewId owner } fields { title number price open }";

    private static object Show(RecomputedDocument document) => new
    {
        meta = new { documentId = document.Id, viewId = document.ViewId, owner = document.Owner },
        fields = new { title = Title(document), number = Number(document), price = Price(document), open = IsOpen(document) },
    };

    /// <summary>Documents that stand at the same place are ordered by view id, ascending in both directions.</summary>
    private static IEnumerable<RecomputedDocument> OrderedBy(string field, IEnumerable<RecomputedDocument> documents, bool descending = false)
    {
        var byValue = Comparer<object>.Create((x, y) => (descending ? -1 : 1) * (x is string text ? string.CompareOrdinal(text, (string)y) : Comparer<object>.Default.Compare(x, y)));
        return documents.OrderBy(document => document.Ordering[field], byValue).ThenBy(document => document.ViewId, StringComparer.Ordinal);
    }

    private static string Title(RecomputedDocument document) => (string)document.Fields["title"];

    private static int Number(RecomputedDocument document) => (int)document.Fields["number"];

    private static double Price(RecomputedDocument document) => (double)document.Fields["price"];

    private static bool IsOpen(RecomputedDocument document) => (bool)document.Fields["open"];

    private static async Task<string> AskAsync(RunningGateway gateway, string query)
    {
        using var answer = await gateway.Client.PostAsJsonAsync("/graphql", new { query });
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.ToJsonString();
    }

    private RunningGateway StartGateway(string name)
    {
        Directory.CreateDirectory(_program.PathOf(name));
        return Keep(RunningGateway.Start(
            _program, "--radio", "sim", "--ether", "unix:ether", "--ether-name", name, "--set", $"store.path={name}/store.db",
            "--set", $"radio.keyFile={name}/radio.key", "--set", $"api.tokenFile={name}/api.token"));
    }

    private T Keep<T>(T started)
        where T : IDisposable
    {
        _running.Add(started);
        return started;
    }
}
