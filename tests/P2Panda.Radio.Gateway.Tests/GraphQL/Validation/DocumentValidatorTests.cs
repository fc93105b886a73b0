namespace P2Panda.Radio.Gateway.Tests.GraphQL.Validation;

/// <summary>Every rule of section 5, once kept and once broken.</summary>
public sealed class DocumentValidatorTests
{
    [Theory]
    [InlineData("{ a: __typename b: __typename }")]
    [InlineData("query A { __typename } fragment F on Book { title } query B { books { ...F ...F ... on Book { title } ... { pages } } }")]
    [InlineData("query($x: Int = 3) { books(first: $x) { title } }")]
    [InlineData("query($x: String!) { echo(isbn: $x, isbns: [$x, \"1\"]) }")]
    [InlineData("query($x: [Isbn!]!) { echo(isbns: $x) }")]
    [InlineData("query($x: String) { echo(filter: { not: { title: $x, any: \"one\" } }) }")]
    [InlineData("query($x: Boolean!) { books @skip(if: $x) @include(if: true) { title } }")]
    [InlineData("{ books { title title parts { title } parts { pages } } }")]
    [InlineData("{ echo(number: 1) again: echo(number: 1.5) }")]
    public async Task WhatMakesSenseIsAnswered(string query)
    {
        var answer = await Library.AskAsync(query, """{ "x": null }""".Replace("null", query switch
        {
            _ when query.Contains("$x: String") => "\"12\"",
            _ when query.Contains("$x: [Isbn!]!") => "[\"12\"]",
            _ when query.Contains("$x: Boolean!") => "false",
            _ => "3",
        }), query.Contains("query B") ? "B" : null);
        answer.TryGetProperty("errors", out var errors).ShouldBeFalse(errors.ToString());
    }

    [Theory]
    [InlineData("fragment F on Book { title }", "There is no operation", "1:1")]
    [InlineData("{ __typename } query A { __typename }", "An operation without a name must be the only one", "1:1")]
    [InlineData("query A { __typename } query A { __typename }", "There are two operations 'A'", "1:24")]
    [InlineData("subscription { x }", "There are no subscriptions here", "1:1")]
    [InlineData("{ nope }", "Unknown field 'nope' on type 'Query'", "1:3")]
    [InlineData("{ books { nope } }", "Unknown field 'nope' on type 'Book'", "1:11")]
    [InlineData("{ books { __schema { description } } }", "Unknown field '__schema' on type 'Book'", "1:11")]
    [InlineData("{ books }", "'books' is a [Book]; say which of its fields", "1:3")]
    [InlineData("{ state { x } }", "'state' is a String and has no fields", "1:3")]
    [InlineData("{ books { title: pages title } }", "'title' is asked for in two ways; give one of them another name", "1:24")]
    [InlineData("{ books(first: 1) { title } books(first: 2) { title } }", "'books' is asked for in two ways; give one of them another name", "1:29")]
    [InlineData("{ books { parts { x: title } ... { parts { x: pages @skip(if: true) } } } }", "'x' is asked for in two ways; give one of them another name", "1:44")]
    [InlineData("{ book { title } }", "'book' needs 'title', a String!", "1:3")]
    [InlineData("{ book(title: null) { title } }", "Invalid value for 'title' of 'book': Expected a value of String!, found null", "1:15")]
    [InlineData("{ book(title: 1) { title } }", "Invalid value for 'title' of 'book': Expected a value of String", "1:15")]
    [InlineData("{ book(title: \"a\", title: \"b\") { title } }", "'title' is given twice to 'book'", "1:20")]
    [InlineData("{ book(title: \"a\", size: 1) { title } }", "'book' has no 'size'", "1:20")]
    [InlineData("{ books(order: UP) { title } }", "Invalid value for 'order' of 'books': Expected a value of Order", "1:16")]
    [InlineData("{ books(order: \"ASC\") { title } }", "Invalid value for 'order' of 'books': Expected a value of Order", "1:16")]
    [InlineData("{ books(first: 9223372036854775808) { title } }", "Invalid value for 'first' of 'books': Expected a value of Int", "1:16")]
    [InlineData("{ books(first: 1.0) { title } }", "Invalid value for 'first' of 'books': Expected a value of Int", "1:16")]
    [InlineData("{ echo(number: 1e999) }", "Invalid value for 'number' of 'echo': Expected a value of Float", "1:16")]
    [InlineData("{ echo(isbn: \"x\") }", "Invalid value for 'isbn' of 'echo': Expected a value of Isbn", "1:14")]
    [InlineData("{ echo(isbns: [\"1\", null]) }", "Invalid value for 'isbns' of 'echo': Expected a value of Isbn!, found null", "1:21")]
    [InlineData("{ echo(filter: { size: 1 }) }", "Invalid value for 'filter' of 'echo': Filter has no 'size'", "1:18")]
    [InlineData("{ echo(filter: { title: \"a\", title: \"b\" }) }", "Invalid value for 'filter' of 'echo': 'title' is given twice to Filter", "1:30")]
    [InlineData("{ echo(filter: 3) }", "Invalid value for 'filter' of 'echo': Expected a value of Filter", "1:16")]
    [InlineData("{ books { ...F } } fragment F on Book { title } fragment F on Book { title }", "There are two fragments 'F'", "1:49")]
    [InlineData("{ books { ...F } } fragment F on Nope { title }", "There is no type 'Nope' that has fields", "1:20")]
    [InlineData("{ books { ... on Int { title } } }", "There is no type 'Int' that has fields", "1:11")]
    [InlineData("{ books { ... on Query { state } } }", "A 'Book' is never a 'Query'", "1:11")]
    [InlineData("{ books { ...F } } fragment F on Query { state }", "A 'Book' is never a 'Query'", "1:11")]
    [InlineData("{ state } fragment F on Book { title }", "Fragment 'F' is never used", "1:11")]
    [InlineData("{ books { ...F } }", "There is no fragment 'F'", "1:11")]
    [InlineData("{ books { ...F } } fragment F on Book { parts { ...F } }", "Fragment 'F' spreads itself, or one that does", "1:20")]
    [InlineData("{ books { ...F } } fragment F on Book { ...G } fragment G on Book { ...H } fragment H on Book { ...G }", "Fragment 'F' spreads itself, or one that does", "1:20")]
    [InlineData("{ state @nope }", "There is no directive '@nope'", "1:9")]
    [InlineData("query @skip(if: true) { state }", "'@skip' cannot stand here", "1:7")]
    [InlineData("{ state @skip(if: true) @skip(if: true) }", "'@skip' stands here twice", "1:25")]
    [InlineData("{ state @skip }", "'@skip' needs 'if', a Boolean!", "1:9")]
    [InlineData("query($x: Int, $x: Int) { books(first: $x) { title } }", "There are two variables '$x'", "1:16")]
    [InlineData("query($x: Book) { echo(filter: $x) }", "Variable '$x' cannot be of 'Book'", "1:7")]
    [InlineData("query($x: Int = \"a\") { echo(number: 1) @skip(if: $x) }", "The default of '$x': Expected a value of Int", "1:17")]
    [InlineData("query A { echo(isbn: $x) }", "Variable '$x' is not declared by 'A'", "1:22")]
    [InlineData("query A { books { ...F } } fragment F on Book { title @skip(if: $x) }", "Variable '$x' is not declared by 'A'", "1:65")]
    [InlineData("query A($x: Int) { state }", "Variable '$x' is never used by 'A'", "1:9")]
    [InlineData("query($x: Int) { echo(isbn: $x) }", "Variable '$x' of 'Int' stands where 'Isbn' is expected", "1:29")]
    [InlineData("query($x: String) { book(title: $x) { title } }", "Variable '$x' of 'String' stands where 'String!' is expected", "1:33")]
    [InlineData("query($x: String) { echo(isbns: [$x]) }", "Variable '$x' of 'String' stands where 'Isbn!' is expected", "1:34")]
    [InlineData("query($x: String!) { echo(isbns: $x) }", "Variable '$x' of 'String!' stands where '[Isbn!]' is expected", "1:34")]
    [InlineData("query($x: Isbn!) { book(title: $x) { title } }", "Variable '$x' of 'Isbn!' stands where 'String!' is expected", "1:32")]
    public async Task WhatMakesNoneIsRefusedAndSaysWhere(string query, string message, string place)
    {
        var answer = await Library.AskAsync(query);
        answer.GetProperty("data").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        var error = answer.GetProperty("errors")[0];
        error.GetProperty("message").GetString().ShouldBe(message);
        var location = error.GetProperty("locations")[0];
        $"{location.GetProperty("line")}:{location.GetProperty("column")}".ShouldBe(place);
    }

    [Fact]
    public async Task AllErrorsAreTold()
    {
        var answer = await Library.AskAsync("query A($x: Int) { nope books { nope } echo(isbn: \"x\") }");
        answer.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("message").GetString()).ShouldBe(
        [
            "Unknown field 'nope' on type 'Query'", "Unknown field 'nope' on type 'Book'",
            "Invalid value for 'isbn' of 'echo': Expected a value of Isbn", "Variable '$x' is never used by 'A'",
        ]);
    }
}
