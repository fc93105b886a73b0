namespace P2Panda.Radio.Gateway.Tests.GraphQL.Introspection;

public sealed class IntrospectionTests
{
    /// <summary>What GraphiQL and code generators ask first.</summary>
    public const string Query = """
        query IntrospectionQuery {
          __schema {
            description queryType { name } mutationType { name } subscriptionType { name }
            types { ...FullType }
            directives { name description isRepeatable locations args { ...InputValue } }
          }
        }
        fragment FullType on __Type {
          kind name description specifiedByURL
          fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
          inputFields { ...InputValue } interfaces { ...TypeRef }
          enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
          possibleTypes { ...TypeRef }
        }
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
        fragment TypeRef on __Type {
          kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
            kind name ofType { kind name ofType { kind name } } } } } } } } }
        }
        """;

    [Fact]
    public async Task TheSchemaDescribesItself()
    {
        var answer = await Library.AskAsync(Query);
        answer.TryGetProperty("errors", out var errors).ShouldBeFalse(errors.ToString());
        var schema = answer.GetProperty("data").GetProperty("__schema");
        schema.GetProperty("queryType").GetProperty("name").GetString().ShouldBe("Query");
        schema.GetProperty("mutationType").GetProperty("name").GetString().ShouldBe("MutationRoot");
        var types = schema.GetProperty("types").EnumerateArray().ToDictionary(type => type.GetProperty("name").GetString()!);
        types.Keys.ShouldBe(
            ["Book", "Boolean", "Filter", "Float", "ID", "Int", "Isbn", "MutationRoot", "Order", "Query", "String", "__Directive", "__DirectiveLocation",
                "__EnumValue", "__Field", "__InputValue", "__Schema", "__Type", "__TypeKind"],
            ignoreOrder: true);
        var books = types["Query"].GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "books");
        books.GetProperty("args").EnumerateArray().Select(argument => argument.GetProperty("defaultValue").GetString()).ShouldBe([null, "ASC", "25"]);
        types["Order"].GetProperty("enumValues").EnumerateArray().Select(value => value.GetProperty("name").GetString()).ShouldBe(["ASC", "DESC"]);
        types["Filter"].GetProperty("inputFields").GetArrayLength().ShouldBe(4);
        types["Book"].GetProperty("interfaces").GetArrayLength().ShouldBe(0);
        schema.GetProperty("directives").EnumerateArray().Select(directive => directive.GetProperty("name").GetString()).ShouldBe(["include", "skip"]);
    }

    [Fact]
    public async Task ATypeIsFoundByItsName()
    {
        var answer = await Library.AskAsync("{ __type(name: \"Book\") { name kind fields { name type { kind ofType { name } } } } none: __type(name: \"Nope\") { name } }");
        var data = answer.GetProperty("data");
        data.GetProperty("none").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        data.GetProperty("__type").GetProperty("fields")[0].GetRawText().ShouldBe("""{"name":"title","type":{"kind":"NON_NULL","ofType":{"name":"String"}}}""");
    }
}
