using System.Text;
using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.GraphQL.Execution;

/// <summary>Requests made at random of what the schema and the language have: each gets an answer of the right form.</summary>
public sealed class GraphQLFuzzTests
{
    private static readonly string[] QueryFields =
        ["books", "books", "book", "echo", "state", "__typename", "__schema", "refused", "books(first: 1)", "books(order: DESC)", "book(title: \"two\")", "echo(isbn: \"1\")"];

    private static readonly string[] BookFields = ["title", "title", "pages", "price", "lent", "order", "parts", "parts", "__typename", "broken"];

    private static readonly string[] SchemaFields = ["description", "queryType", "directives", "types", "nope"];

    private static readonly string[] TypeFields = ["name", "kind", "fields", "ofType", "description"];

    private static readonly string[] Values =
        ["1", "-3", "1.5", "\"t\"", "\"12\"", "true", "null", "ASC", "$x", "$y", "[1, $x]", "{ title: $x }", "{ any: [\"one\"], not: { min: 3 } }", "[[[]]]"];

    private static readonly string[] Arguments = ["filter", "order", "first", "title", "isbn", "isbns", "number", "if", "name", "nope"];

    private static readonly string[] Types = ["Int", "String!", "[String!]", "Isbn", "Filter", "Order", "Boolean!", "Book", "[[Int]]"];

    private static readonly string[] VariableJson = ["{}", "{\"x\":1}", "{\"x\":\"12\",\"y\":null}", "{\"x\":{\"title\":[]},\"y\":[\"a\"]}", "{\"x\":true,\"y\":\"ASC\"}"];

    [Fact]
    public async Task EveryRequestIsAnswered()
    {
        var random = new Random(17);
        var (data, errors) = (0, 0);
        for (var round = 0; round < 10_000; round++)
        {
            var query = new StringBuilder();
            query.Append(random.Next(4) == 0 ? $"query Q($x: {Pick(random, Types)}, $y: {Pick(random, Types)} = {Pick(random, Values)}) " : random.Next(20) == 0 ? "mutation " : string.Empty);
            AppendSelections(query, random, QueryFields, 4);
            if (random.Next(3) == 0)
            {
                query.Append(" fragment F on ").Append(random.Next(4) == 0 ? "Query " : "Book ");
                AppendSelections(query, random, BookFields, 2);
            }

            var answer = await Library.AskAsync(query.ToString(), Pick(random, VariableJson));
            var hasErrors = answer.TryGetProperty("errors", out var list);
            (answer.GetProperty("data").ValueKind == JsonValueKind.Null).ShouldBe(hasErrors, query.ToString());
            if (hasErrors)
            {
                list.GetArrayLength().ShouldBeGreaterThan(0);
                list.EnumerateArray().ShouldAllBe(error => error.GetProperty("message").GetString()!.Length > 0);
                list[0].GetProperty("message").GetString()!.ShouldNotContain("Internal error", Case.Insensitive, query.ToString());
                errors++;
            }
            else
            {
                data++;
            }
        }

        data.ShouldBeGreaterThan(1_000);
        errors.ShouldBeGreaterThan(1_000);
    }

    private static void AppendSelections(StringBuilder query, Random random, string[] fields, int depth)
    {
        query.Append("{ ");
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            switch (random.Next(20))
            {
                case 0:
                    query.Append("...F ");
                    continue;
                case 1 when depth > 0:
                    query.Append(random.Next(3) == 0 ? "... on Book " : "... ");
                    AppendSelections(query, random, fields, depth - 1);
                    continue;
            }

            // Now and then a field, an argument or a directive that may not belong here.
            var field = Pick(random, random.Next(40) == 0 ? TypeFields : fields);
            query.Append(random.Next(8) == 0 ? $"k{random.Next(3)}: " : string.Empty).Append(field);
            if (random.Next(20) == 0)
            {
                query.Append('(').Append(Pick(random, Arguments)).Append(": ").Append(Pick(random, Values)).Append(')');
            }

            if (random.Next(10) == 0)
            {
                query.Append(" @").Append(random.Next(2) == 0 ? "skip" : "include").Append("(if: ").Append(random.Next(4) == 0 ? "$x" : "true").Append(')');
            }

            query.Append(' ');
            if (ChildrenOf(field) is { } children)
            {
                AppendSelections(query, random, depth > 0 ? children : ["__typename"], depth - 1);
            }
        }

        query.Append("} ");
    }

    private static string[]? ChildrenOf(string field) => field.Split('(')[0] switch
    {
        "books" or "book" or "parts" => BookFields,
        "__schema" => SchemaFields,
        "queryType" or "types" or "fields" or "ofType" or "directives" => TypeFields,
        _ => null,
    };

    private static T Pick<T>(Random random, T[] items) => items[random.Next(items.Length)];
}
