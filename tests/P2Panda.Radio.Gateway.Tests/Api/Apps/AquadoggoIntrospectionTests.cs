using System.Net.Http.Json;
using System.Text.Json;
using P2Panda.Tests;

namespace P2Panda.Radio.Gateway.Tests.Api.Apps;

/// <summary>What this gateway says of itself is what aquadoggo says, as far as both have it; descriptions are our own.</summary>
public sealed class AquadoggoIntrospectionTests
{
    private const string Query = """
        { __schema { queryType { name } mutationType { name } subscriptionType { name } types {
          kind name fields { name args { ...Value } type { ...Type } } inputFields { ...Value } enumValues { name } } } }
        fragment Value on __InputValue { name type { ...Type } }
        fragment Type on __Type { kind name ofType { kind name ofType { kind name } } }
        """;

    [Fact]
    public async Task TypesHaveTheSameFieldsArgumentsAndTypes()
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var answer = await gateway.Client.PostAsJsonAsync("/graphql", new { query = Query });
        var ours = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("data").GetProperty("__schema");
        using var json = TestVectors.Json("aquadoggo/graphql.json");
        var theirs = json.RootElement.GetProperty("introspection").GetProperty("data").GetProperty("__schema");
        foreach (var root in new[] { "queryType", "mutationType", "subscriptionType" })
        {
            JsonElement.DeepEquals(ours.GetProperty(root), theirs.GetProperty(root)).ShouldBeTrue(root);
        }

        var known = theirs.GetProperty("types").EnumerateArray().ToDictionary(type => type.GetProperty("name").GetString()!);
        var compared = 0;
        foreach (var type in ours.GetProperty("types").EnumerateArray().Where(type => !type.GetProperty("name").GetString()!.StartsWith("__", StringComparison.Ordinal)))
        {
            var name = type.GetProperty("name").GetString()!;
            known.ShouldContainKey(name);
            var other = known[name];
            type.GetProperty("kind").GetString().ShouldBe(other.GetProperty("kind").GetString(), name);
            Members(type).ShouldBeSubsetOf(Members(other), name);
            compared++;
        }

        compared.ShouldBeGreaterThanOrEqualTo(14);
    }

    private static List<string> Members(JsonElement type) =>
    [
        .. Items(type, "fields").Select(field =>
            $"{Name(field)}({string.Join(", ", Items(field, "args").Select(argument => $"{Name(argument)}: {TypeOf(argument)}"))}): {TypeOf(field)}"),
        .. Items(type, "inputFields").Select(field => $"{Name(field)}: {TypeOf(field)}"),
        .. Items(type, "enumValues").Select(Name),
    ];

    private static IEnumerable<JsonElement> Items(JsonElement owner, string name) =>
        owner.GetProperty(name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    private static string Name(JsonElement item) => item.GetProperty("name").GetString()!;

    /// <summary>As far down as was recorded: two levels.</summary>
    private static string TypeOf(JsonElement item)
    {
        var type = item.GetProperty("type");
        return $"{Level(type)} {(type.TryGetProperty("ofType", out var inner) && inner.ValueKind == JsonValueKind.Object ? Level(inner) : "")}";
    }

    private static string Level(JsonElement type) => $"{type.GetProperty("kind").GetString()} {type.GetProperty("name").GetString()}";
}
