using System.Text.Json;
using P2Panda.Radio.Gateway.GraphQL;

namespace P2Panda.Radio.Gateway.Tests.GraphQL.Execution;

public sealed class GraphQLExecutorTests
{
    [Fact]
    public async Task FieldsComeInTheOrderInWhichTheyWereAskedFor()
    {
        var answer = await Library.AskAsync("""
            { second: book(title: "two") { ...F price lent parts { title } } books(order: DESC) { pages ... on Book { title order } } state }
            fragment F on Book { __typename title parts { pages price } }
            """);
        answer.GetRawText().ShouldBe("""
            {"data":{"second":{"__typename":"Book","title":"two","parts":[{"pages":0,"price":1E+300,"title":"part"}],"price":0.1,"lent":false},"books":[{"pages":-1,"title":"two","order":"ASC"},{"pages":9007199254740993,"title":"one","order":"ASC"}],"state":"the state"}}
            """.Trim());
    }

    [Theory]
    [InlineData("{ books { price } }", "{\"books\":[{\"price\":2.0},{\"price\":0.1}]}")]
    [InlineData("{ book(title: \"none\") { title } }", "{\"book\":null}")]
    [InlineData("{ a: state @skip(if: true) b: state @include(if: false) c: state @skip(if: false) @include(if: true) }", "{\"c\":\"the state\"}")]
    [InlineData("{ ... @skip(if: true) { a: state } ...F @include(if: false) ...F } fragment F on Query { b: state }", "{\"b\":\"the state\"}")]
    [InlineData("{ books(first: 1) { title @skip(if: true) title parts @skip(if: true) { title } parts { pages } } }", "{\"books\":[{\"title\":\"one\",\"parts\":[]}]}")]
    [InlineData("mutation { a: count b: count }", "{\"a\":1,\"b\":2}")]
    public async Task Answers(string query, string data) => (await Library.AskAsync(query)).GetProperty("data").GetRawText().ShouldBe(data);

    [Theory]
    [InlineData("{ echo(filter: { not: { title: \"t\", any: \"one\" } }, number: 3) }", null, """{"filter":{"min":0,"not":{"title":"t","any":["one"],"min":0}},"number":3}""")]
    [InlineData("query($x: Int) { echo(filter: { min: $x }) }", "{}", """{"filter":{"min":0}}""")]
    [InlineData("query($x: Int) { echo(filter: { min: $x }) }", """{"x":null}""", """{"filter":{"min":null}}""")]
    [InlineData("query($x: String) { echo(isbn: $x) }", "{}", "{}")]
    [InlineData("query($x: String) { echo(isbn: $x) }", """{"x":null}""", """{"isbn":null}""")]
    [InlineData("query($x: String = \"7\") { echo(isbn: $x) }", null, """{"isbn":"7"}""")]
    [InlineData("query($x: [String!]) { echo(isbns: $x) }", """{"x":["1","2"],"unknown":{}}""", """{"isbns":["1","2"]}""")]
    [InlineData("query($x: Filter) { echo(filter: $x) }", """{"x":{"any":["a"],"min":-5}}""", """{"filter":{"any":["a"],"min":-5}}""")]
    public async Task ArgumentsAreRead(string query, string? variables, string expected) =>
        JsonElement.DeepEquals(
            JsonDocument.Parse((await Library.AskAsync(query, variables)).GetProperty("data").GetProperty("echo").GetString()!).RootElement,
            JsonDocument.Parse(expected).RootElement).ShouldBeTrue();

    [Theory]
    [InlineData("query($x: Order) { books(order: $x) { title } }", """{"x":"DESC"}""", null)]
    [InlineData("query($x: Order) { books(order: $x) { title } }", """{"x":"UP"}""", "Invalid value for variable '$x': Expected a value of Order")]
    [InlineData("query($x: Int!) { books(first: $x) { title } }", "{}", "Variable '$x' is not given")]
    [InlineData("query($x: Int!) { books(first: $x) { title } }", """{"x":null}""", "Invalid value for variable '$x': Expected a value of Int!, found null")]
    [InlineData("query($x: Int!) { books(first: $x) { title } }", """{"x":1.5}""", "Invalid value for variable '$x': Expected a value of Int")]
    [InlineData("query($x: String) { echo(isbn: $x) }", """{"x":"abc"}""", "Invalid value for 'isbn' of 'echo': Expected a value of Isbn")]
    [InlineData("query($x: Int = 3) { books(first: $x) { title } }", """{"x":null}""", "Invalid value for 'first' of 'books': Expected a value of Int!, found null")]
    public async Task VariablesAreOfTheirTypes(string query, string variables, string? message) =>
        Message(await Library.AskAsync(query, variables)).ShouldBe(message);

    [Theory]
    [InlineData(null, "There are several operations; operationName must name one")]
    [InlineData("C", "There is no operation 'C'")]
    [InlineData("B", null)]
    public async Task OneOfSeveralOperationsIsNamed(string? name, string? message) =>
        Message(await Library.AskAsync("query A { state } query B { state }", operationName: name)).ShouldBe(message);

    [Theory]
    [InlineData("{ state no: refused }", "not today", "[\"no\"]")]
    [InlineData("{ books { parts { title broken } } }", "'broken' has no value and cannot be null", "[\"books\",1,\"parts\",0,\"broken\"]")]
    [InlineData("{ crash }", "Internal error; the log of the gateway says more", "[\"crash\"]")]
    public async Task OneErrorLeavesNoData(string query, string message, string path)
    {
        var answer = await Library.AskAsync(query);
        answer.GetProperty("data").ValueKind.ShouldBe(JsonValueKind.Null);
        Message(answer).ShouldBe(message);
        answer.GetProperty("errors")[0].GetProperty("path").GetRawText().ShouldBe(path);
    }

    [Fact]
    public async Task ARequestHasItsTime()
    {
        var time = new ImpatientTime();
        Message(await Library.AskAsync("{ wait }", time: time)).ShouldBe("The request took longer than 10 s");
    }

    [Fact]
    public async Task WhatIsTooMuchIsRefused()
    {
        Message(await Library.AskAsync("{" + string.Concat(Enumerable.Range(0, 26).Select(i => $" a{i}: state")) + "}"))
            .ShouldBe("The operation asks for more than 25 fields");
        Message(await Library.AskAsync("{ books {" + string.Concat(Enumerable.Repeat(" parts {", 20)) + " title" + new string('}', 22)))
            .ShouldBe("The answer would be deeper than 20 fields");
        Message(await Library.AskAsync("{ books { title } }", limits: new GraphQLLimits { MaxResponseBytes = 20 }))
            .ShouldBe("The answer is larger than 20 bytes");
        var doubling = "{ books { ...F0 } }" + string.Concat(Enumerable.Range(0, 40).Select(i => $" fragment F{i} on Book {{ a: parts {{ ...F{i + 1} }} b: parts {{ ...F{i + 1} }} }}")) + " fragment F40 on Book { title }";
        Message(await Library.AskAsync(doubling, limits: new GraphQLLimits { MaxDepth = 100 })).ShouldBe("The operation asks for more than 4000 fields");
        var chain = "{ books { ...F0 } }" + string.Concat(Enumerable.Range(0, 150).Select(i => $" fragment F{i} on Book {{ ...F{i + 1} }}")) + " fragment F150 on Book { title }";
        Message(await Library.AskAsync(chain)).ShouldBe("Fragments are nested deeper than 48");
    }

    private static string? Message(JsonElement answer) =>
        answer.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("message").GetString() : null;

    /// <summary>A clock whose timers are over at once.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
