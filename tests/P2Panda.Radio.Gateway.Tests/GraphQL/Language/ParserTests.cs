using System.Text;
using P2Panda.Radio.Gateway.GraphQL;
using P2Panda.Radio.Gateway.GraphQL.Language;

namespace P2Panda.Radio.Gateway.Tests.GraphQL.Language;

public sealed class ParserTests
{
    private static readonly GraphQLLimits Limits = new();

    [Fact]
    public void EverythingThatADocumentMayHaveIsRead()
    {
        var document = Parse("""
            # comment, and commas are blanks
            query Q($a: [Int!]! = [1, 2], $b: In @skip(if: true)) @include(if: false) {
              x: field(int: -1, float: 1.5e3, text: "a\u0041\n\"", block: "A", yes: true, no: false, nothing: null, choice: ASC,
                list: [], object: { k: $a, l: [[$b]] }) @skip(if: $c) { ...F ... on T { y } ... @include(if: true) { z } }
            }
            mutation { m }
            fragment F on T { on query fragment }
            """);
        document.Operations.Select(operation => (operation.Kind, operation.Name)).ShouldBe([(OperationKind.Query, "Q"), (OperationKind.Mutation, null)]);
        var query = document.Operations[0];
        query.Variables.Select(variable => variable.Type.ToString()).ShouldBe(["[Int!]!", "In"]);
        var field = query.Selections.Single().ShouldBeOfType<Selection.Field>();
        (field.ResponseKey, field.Name, field.Location).ShouldBe(("x", "field", new Location(3, 3)));
        field.Arguments.Select(argument => argument.Name).ShouldBe(["int", "float", "text", "block", "yes", "no", "nothing", "choice", "list", "object"]);
        field.Arguments[2].Value.ShouldBe(new InputNode.String("aA\n\"", new Location(3, 41)));
        field.Arguments[7].Value.ShouldBeOfType<InputNode.Enum>().Name.ShouldBe("ASC");
        field.Selections.Select(selection => selection.GetType()).ShouldBe([typeof(Selection.Spread), typeof(Selection.Inline), typeof(Selection.Inline)]);
        document.Fragments.Single().Selections.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("\"\"\"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  \"\"\"", "Hello,\n  World!\n\nYours,\n  GraphQL.")]
    [InlineData("\"\"\"\"\"\"", "")]
    [InlineData("\"\"\" \\\"\"\" \\n \"\"\"", " \"\"\" \\n ")]
    [InlineData("\"\"\"\r\n\ta\r\n\tb\r\n\"\"\"", "a\nb")]
    public void BlockStringsLoseTheirIndentation(string source, string expected) =>
        Parser.ParseConstant(source).ShouldBeOfType<InputNode.String>().Value.ShouldBe(expected);

    [Theory]
    [InlineData("", 1, 1, "Expected an operation or a fragment, found the end")]
    [InlineData("{ a", 1, 4, "Expected '}', found the end")]
    [InlineData("{ }", 1, 3, "Expected a name, found '}'")]
    [InlineData("{\n  a(b: ) }", 2, 8, "Expected a value, found ')'")]
    [InlineData("{ a() }", 1, 5, "Expected a name, found ')'")]
    [InlineData("query Q() { a }", 1, 9, "Expected '$', found ')'")]
    [InlineData("query Q($a: Int = $b) { a }", 1, 19, "Expected a constant value, found '$'")]
    [InlineData("fragment on on T { a }", 1, 10, "Expected a name of the fragment, found 'on'")]
    [InlineData("type T { a: Int }", 1, 1, "Expected an operation or a fragment, found 'type'")]
    [InlineData("{ a(b: 01) }", 1, 8, "A number needs digits and no zero in front of them")]
    [InlineData("{ a(b: 1.) }", 1, 8, "A number needs digits after its point")]
    [InlineData("{ a(b: 1e) }", 1, 8, "A number needs digits in its exponent")]
    [InlineData("{ a(b: 1x) }", 1, 8, "A number ends where something else begins")]
    [InlineData("{ a(b: 1.2.3) }", 1, 8, "A number ends where something else begins")]
    [InlineData("{ a(b: -) }", 1, 8, "A number needs digits and no zero in front of them")]
    [InlineData("{ a(b: \"x) }", 1, 8, "A text does not end")]
    [InlineData("{ a(b: \"x\n\") }", 1, 8, "A text does not end on its line")]
    [InlineData("{ a(b: \"\\x\") }", 1, 8, "A text has an escape sequence that is none")]
    [InlineData("{ a(b: \"\\u12\") }", 1, 8, "A text has an escape sequence that is none")]
    [InlineData("{ a(b: \"\u0007\") }", 1, 8, "A text has a character that is not allowed")]
    [InlineData("{ a(b: \"\"\"x) }", 1, 8, "A text does not end")]
    [InlineData("{ a ? }", 1, 5, "Unexpected character U+003F")]
    [InlineData("{ a .. }", 1, 5, "Unexpected character U+002E")]
    public void AnErrorSaysWhatAndWhere(string source, int line, int column, string message)
    {
        var (document, error) = Parser.Parse(source, Limits);
        document.ShouldBeNull();
        error.ShouldBe(new GraphQLError(message, new Location(line, column)));
    }

    [Fact]
    public void WhatIsTooMuchIsRefused()
    {
        Message("{" + string.Concat(Enumerable.Repeat("a{", 100)) + "a" + new string('}', 101)).ShouldBe("The document is nested deeper than 48");
        Message("{ a(b: " + new string('[', 1_000_000)).ShouldBe("The document is nested deeper than 48");
        Message("query($a: " + new string('[', 1_000_000)).ShouldBe("The document is nested deeper than 48");
        Message("{ " + string.Concat(Enumerable.Repeat("a ", 10_000)) + "}").ShouldBe("The document has more than 10000 tokens");
        Message(string.Concat(Enumerable.Range(0, 201).Select(i => $"query q{i} {{ a }} "))).ShouldBe("The document has more than 200 operations and fragments");
        static string? Message(string source) => Parser.Parse(source, Limits).Error?.Message;
    }

    /// <summary>Changed and random documents: an answer for each, in bounded time, and never an exception.</summary>
    [Fact]
    public void NoDocumentBreaksTheParser()
    {
        var random = new Random(11);
        string[] pieces =
        [
            "{", "}", "(", ")", "[", "]", "...", "on", "query", "mutation", "fragment", "a", "b", ":", "$", "$v", "!", "=", "@skip", "|", "&",
            "1", "-2.5e7", "\"t\"", "\"\"\"b\"\"\"", "\"", "true", "null", "#c\n", ",", "\r\n", "\\", "\u0000", "\uD800", "é",
        ];
        var valid = "query Q($a: [Int!]! = [1]) { x: f(a: $a, o: { k: \"v\" }) @skip(if: true) { ...F ... on T { y } } } fragment F on T { z }";
        var read = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var source = new StringBuilder();
            if (round % 2 == 0)
            {
                for (var count = random.Next(1, 40); count > 0; count--)
                {
                    source.Append(pieces[random.Next(pieces.Length)]).Append(random.Next(3) == 0 ? string.Empty : " ");
                }
            }
            else
            {
                source.Append(valid);
                for (var changes = random.Next(0, 4); changes > 0; changes--)
                {
                    var at = random.Next(source.Length);
                    source.Remove(at, random.Next(0, Math.Min(4, source.Length - at))).Insert(at, pieces[random.Next(pieces.Length)]);
                }
            }

            var (document, error) = Parser.Parse(source.ToString(), Limits);
            (document is null).ShouldBe(error is not null);
            read += document is null ? 0 : 1;
        }

        read.ShouldBeInRange(10_000, 60_000);
    }

    private static Document Parse(string source)
    {
        var (document, error) = Parser.Parse(source, Limits);
        error.ShouldBeNull();
        return document!;
    }
}
