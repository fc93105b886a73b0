using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Core.Tests.Operations;

public sealed class FieldTypeTests
{
    private static readonly EntryId Low = new[] { Yasmf.Hash([1]), Yasmf.Hash([2]) }.Min();
    private static readonly EntryId High = new[] { Yasmf.Hash([1]), Yasmf.Hash([2]) }.Max();
    private static readonly string Schema = $"venues_{Low}";

    private static readonly Dictionary<string, PlainValue> Samples = new()
    {
        ["bool"] = PlainValue.Boolean(false),
        ["int"] = PlainValue.Integer(1),
        ["float"] = PlainValue.Float(1),
        ["str"] = PlainValue.String("x"),
        ["bytes"] = PlainValue.Bytes([1]),
        ["id"] = PlainValue.Relation(Low),
        ["empty list"] = PlainValue.RelationList([]),
        ["sorted list"] = PlainValue.RelationList([Low, High]),
        ["unsorted list"] = PlainValue.RelationList([High, Low]),
        ["sorted lists"] = PlainValue.FromIdLists([[Low, High], [Low]]),
        ["unsorted lists"] = PlainValue.FromIdLists([[High, Low]]),
        ["an empty list in a list"] = PlainValue.FromIdLists([[]]),
    };

    [Theory]
    [InlineData("bool", new[] { "bool" })]
    [InlineData("int", new[] { "int" })]
    [InlineData("float", new[] { "float" })]
    [InlineData("str", new[] { "str" })]
    [InlineData("bytes", new[] { "bytes", "id" })]
    [InlineData("relation(S)", new[] { "id" })]
    [InlineData("relation_list(S)", new[] { "empty list", "sorted list", "unsorted list" })]
    [InlineData("pinned_relation(S)", new[] { "sorted list" })]
    [InlineData("pinned_relation_list(S)", new[] { "empty list", "sorted lists" })]
    public void EachTypeTakesItsValuesAndNoOthers(string text, string[] accepted)
    {
        text = text.Replace("S", Schema, StringComparison.Ordinal);
        FieldType.TryParse(text, out var type).ShouldBeTrue();
        type!.ToString().ShouldBe(text);
        type.IsRelation.ShouldBe(type.Target is not null);
        Samples.Where(sample => type.Accepts(sample.Value)).Select(sample => sample.Key).ShouldBe(accepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("Bool")]
    [InlineData("relation")]
    [InlineData("relation()")]
    [InlineData("relation(blob_v1")]
    [InlineData("relation(blob_v1))")]
    [InlineData("bool(blob_v1)")]
    [InlineData("friend(blob_v1)")]
    public void OtherNamesAreRefused(string text) => FieldType.TryParse(text, out _).ShouldBeFalse();
}
