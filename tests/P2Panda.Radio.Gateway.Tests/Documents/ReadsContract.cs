using System.Text.Json;
using P2Panda.Documents;
using P2Panda.Store;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Documents;

/// <summary>
/// The queries that were put to aquadoggo, put to us after the same entries: same data, or an error where it had one. Cursors are opaque, so
/// ours are put in the place of its own.
/// </summary>
public abstract class ReadsContract(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>
    /// Where we answer otherwise. A filter by <c>edited</c> is a database error in aquadoggo. Its last page of documents ordered by an edited
    /// field begins with documents that earlier pages had already.
    /// </summary>
    private static readonly string[] Differences =
        ["meta edited: { eq: true }", "meta edited: { eq: false }", "ordered by title descending, page 2 of 8"];

    private readonly JsonDocument _recorded = TestVectors.Json("aquadoggo/reads.json");
    private readonly Dictionary<string, string> _cursors = [];
    private QueriedDocuments? _queried;

    private protected ILogStore Store => _queried!.Store;

    private protected MaterialisedDocuments Documents => _queried!.Documents;

    public virtual async Task InitializeAsync() => _queried = await QueriedDocuments.OpenAsync(await OpenStoreAsync(), _recorded);

    public virtual async Task DisposeAsync()
    {
        await CloseStoreAsync();
        _recorded.Dispose();
    }

    [Fact]
    public async Task Every_query_is_answered_as_aquadoggo_answered_it()
    {
        var differing = await FindDifferencesAsync();
        differing.Where(found => !Differences.Contains(found.Query)).ShouldBeEmpty();
        differing.Select(found => found.Query).ShouldBe(Differences, ignoreOrder: true);
        var queries = _recorded.RootElement.GetProperty("queries").GetArrayLength();
        queries.ShouldBe(105);
        VectorCount.Report(output, "aquadoggo/reads.json (queries)", queries);
    }

    [Fact]
    public async Task Documents_can_be_told_by_whether_they_were_edited()
    {
        var answers = new List<int>();
        foreach (var edited in (string[])["true", "false"])
        {
            var answer = await AskAsync($"{{ all: all_{EventSchema}(meta: {{ edited: {{ eq: {edited} }} }}) {{ totalCount }} }}", default);
            answers.Add(answer.GetProperty("data").GetProperty("all").GetProperty("totalCount").GetInt32());
        }

        answers.ShouldBe([8, 14]);
    }

    [Fact]
    public async Task The_last_page_has_the_documents_that_no_page_before_it_had()
    {
        var titles = new List<string>();
        var after = "";
        var sizes = new List<int>();
        for (var hasNextPage = true; hasNextPage;)
        {
            var page = (await AskAsync(
                $"{{ all: all_{EventSchema}(first: 8, orderBy: title, orderDirection: DESC{after}) {{ hasNextPage endCursor documents {{ meta {{ documentId }} }} }} }}",
                default)).GetProperty("data").GetProperty("all");
            var documents = page.GetProperty("documents").EnumerateArray().Select(document => document.GetProperty("meta").GetProperty("documentId").GetString()!).ToList();
            titles.AddRange(documents);
            sizes.Add(documents.Count);
            hasNextPage = page.GetProperty("hasNextPage").GetBoolean();
            after = $", after: \"{page.GetProperty("endCursor").GetString()}\"";
        }

        sizes.ShouldBe([8, 8, 6]);
        titles.ShouldBeUnique();
        titles.ShouldBe(_recorded.RootElement.GetProperty("queries").EnumerateArray()
            .Single(query => query.GetProperty("name").GetString() == "order by title DESC").GetProperty("answer").GetProperty("data")
            .EnumerateObject().Single().Value.GetProperty("documents").EnumerateArray()
            .Select(document => document.GetProperty("meta").GetProperty("documentId").GetString()!));
    }

    [Fact]
    public async Task Types_are_those_of_aquadoggo()
    {
        const string Introspect = """
            { __schema { types { kind name fields { name args { name defaultValue type { ...T } } type { ...T } }
              inputFields { name type { ...T } } enumValues { name } } } }
            fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
            """;
        var ours = Types((await AskAsync(Introspect, default)).GetProperty("data"));
        var theirs = Types(_recorded.RootElement.GetProperty("introspection").TryGetProperty("data", out var data)
            ? data
            : _recorded.RootElement.GetProperty("introspection"));

        // Publishing has its own; how the query root is described is left to the composition.
        string[] publishing = ["MutationRoot", "NextArguments", "EncodedEntry", "EncodedOperation", "EntryHash", "LogId", "SeqNum"];
        theirs.Keys.Except(publishing).Except(ours.Keys).ShouldBeEmpty();
        ours.Keys.Except(theirs.Keys).ShouldBeEmpty();
        theirs["Query"].Remove("nextArgs(publicKey: PublicKey!, viewId: DocumentViewId): NextArguments").ShouldBeTrue();
        foreach (var (name, members) in ours)
        {
            members.ShouldBe(theirs[name], ignoreOrder: true, name);
        }
    }

    private protected abstract Task<ILogStore> OpenStoreAsync();

    /// <summary>The queries that are answered otherwise than by aquadoggo, and what is different.</summary>
    private protected async Task<List<(string Query, string Difference)>> FindDifferencesAsync()
    {
        var found = new List<(string Query, string Difference)>();
        foreach (var query in _recorded.RootElement.GetProperty("queries").EnumerateArray())
        {
            var answer = await AskAsync(query.GetProperty("query").GetString()!, query.GetProperty("variables"));
            if (Compare(query.GetProperty("answer"), answer, "") is { } difference)
            {
                found.Add((query.GetProperty("name").GetString()!, difference));
            }
        }

        return found;
    }

    private protected async Task CloseStoreAsync()
    {
        await (_queried?.DisposeAsync() ?? ValueTask.CompletedTask);
        _queried = null;
    }

    private string EventSchema => _recorded.RootElement.GetProperty("schemas").GetProperty("event").GetString()!;

    private async Task<JsonElement> AskAsync(string query, JsonElement variables)
    {
        foreach (var (theirs, ours) in _cursors)
        {
            query = query.Replace(theirs, ours, StringComparison.Ordinal);
        }

        var answer = await _queried!.AskAsync(query, variables.ValueKind == JsonValueKind.Object ? variables : null);
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.Clone();
    }

    /// <summary>What differs, or none. Where both have an error its words do not count.</summary>
    private string? Compare(JsonElement theirs, JsonElement ours, string path)
    {
        if (path == "" && theirs.TryGetProperty("errors", out _))
        {
            return ours.TryGetProperty("errors", out _) && ours.GetProperty("data").ValueKind == JsonValueKind.Null ? null : $"no error: {ours}";
        }

        if (theirs.ValueKind != ours.ValueKind)
        {
            return $"{path}: {Short(theirs)} and {Short(ours)}";
        }

        switch (theirs.ValueKind)
        {
            case JsonValueKind.Object:
                string[] names = [.. theirs.EnumerateObject().Select(member => member.Name)];
                return names.SequenceEqual(ours.EnumerateObject().Select(member => member.Name))
                    ? names.Select(name => Compare(theirs.GetProperty(name), ours.GetProperty(name), $"{path}/{name}")).FirstOrDefault(found => found is not null)
                    : $"{path}: other members";
            case JsonValueKind.Array:
                return theirs.GetArrayLength() == ours.GetArrayLength()
                    ? theirs.EnumerateArray().Zip(ours.EnumerateArray()).Select((pair, i) => Compare(pair.First, pair.Second, $"{path}/{i}"))
                        .FirstOrDefault(found => found is not null)
                    : $"{path}: {theirs.GetArrayLength()} and {ours.GetArrayLength()} items";
            case JsonValueKind.String when path.EndsWith("ursor", StringComparison.Ordinal):
                _cursors[theirs.GetString()!] = ours.GetString()!;
                return null;
            default:
                return theirs.GetRawText() == ours.GetRawText() || (theirs.ValueKind == JsonValueKind.Number && theirs.GetDouble().Equals(ours.GetDouble()))
                    || (theirs.ValueKind == JsonValueKind.String && theirs.GetString() == ours.GetString())
                    ? null
                    : $"{path}: {Short(theirs)} and {Short(ours)}";
        }
    }

    private static string Short(JsonElement value) => value.GetRawText() is { Length: > 200 } text ? text[..200] : value.GetRawText();

    /// <summary>Types by name, each member written as in a schema; defaults without the quotes that aquadoggo puts around enum values.</summary>
    private static Dictionary<string, List<string>> Types(JsonElement introspection) => introspection.GetProperty("__schema").GetProperty("types")
        .EnumerateArray().Where(type => !type.GetProperty("name").GetString()!.StartsWith("__", StringComparison.Ordinal)).ToDictionary(
            type => type.GetProperty("name").GetString()!,
            type => Members(type, "fields").Select(field =>
                    $"{Name(field)}({string.Join(", ", field.GetProperty("args").EnumerateArray().Select(Argument))}): {TypeName(field.GetProperty("type"))}")
                .Concat(Members(type, "inputFields").Select(field => $"{Name(field)}: {TypeName(field.GetProperty("type"))}"))
                .Concat(Members(type, "enumValues").Select(Name))
                .Select(member => member.Replace("()", "", StringComparison.Ordinal)).ToList());

    private static IEnumerable<JsonElement> Members(JsonElement type, string kind) =>
        type.TryGetProperty(kind, out var members) && members.ValueKind == JsonValueKind.Array ? members.EnumerateArray() : [];

    private static string Argument(JsonElement argument)
    {
        var value = argument.TryGetProperty("defaultValue", out var given) ? given.GetString() : null;
        return $"{Name(argument)}: {TypeName(argument.GetProperty("type"))}{(value is null ? "" : $" = {value.Trim('"')}")}";
    }

    private static string Name(JsonElement member) => member.GetProperty("name").GetString()!;

    private static string TypeName(JsonElement type) => type.GetProperty("kind").GetString() switch
    {
        "NON_NULL" => $"{TypeName(type.GetProperty("ofType"))}!",
        "LIST" => $"[{TypeName(type.GetProperty("ofType"))}]",
        _ => Name(type),
    };
}
