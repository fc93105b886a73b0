using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Core.Tests.Operations;

public sealed class OperationTests
{
    private static readonly EntryId H1 = Yasmf.Hash([1, 2, 3]);
    private static readonly EntryId H2 = Parse("0020f0b5a6e87e1a039f18857ee1c0792fd24fe1b3ad962c8950cba6c10290b619e3");

    private static readonly SchemaId Venue =
        SchemaId.Application("venue", DocumentViewId.Of(Parse("0020c65567ae37efea293e34a9c7d13f8f2bf23dbdc3b5c7b9ab46293111c48fc78b")));

    [Fact]
    public void ACreateWithAllTypesHasTheKnownBytes()
    {
        var view = DocumentViewId.FromUnsorted([H2, H1]);
        var fields = new PlainFields(new Dictionary<string, PlainValue>
        {
            ["B_upper"] = PlainValue.String("ä"),
            ["a"] = PlainValue.String("hello"),
            ["age"] = PlainValue.Integer(28),
            ["height"] = PlainValue.Float(3.5),
            ["is_ok"] = PlainValue.Boolean(true),
            ["long_name_first"] = PlainValue.String("x"),
            ["prel"] = PlainValue.PinnedRelation(view),
            ["prell"] = PlainValue.PinnedRelationList([view, DocumentViewId.Of(H2)]),
            ["prell_empty"] = PlainValue.PinnedRelationList([]),
            ["ratio"] = PlainValue.Float(0.1),
            ["raw"] = PlainValue.Bytes([0, 1, 2, 0xff]),
            ["rel"] = PlainValue.Relation(H1),
            ["rell"] = PlainValue.RelationList([H2, H1]),
            ["whole"] = PlainValue.Float(2.0),
            ["zz"] = PlainValue.Integer(-1),
        });
        var operation = Operation.Create(Venue, fields);
        operation.EncodedBytes.Length.ShouldBe(503);
        Yasmf.Hash(operation.EncodedBytes.Span).ToString().ShouldBe("0020ed44d425544ae28c797933a2d19ae1fe45f3f9af75fcbc390a8f5eec890fd2f0");
        Operation.Decode(operation.EncodedBytes).Operation!.Fields.ShouldBe(fields);
    }

    [Fact]
    public void ADeleteHasTheKnownBytes()
    {
        var operation = Operation.Delete(SchemaId.SchemaDefinition, DocumentViewId.FromUnsorted([H1, H2]));
        Convert.ToHexStringLower(operation.EncodedBytes.Span).ShouldBe(
            $"84010274736368656d615f646566696e6974696f6e5f7631825822{H1}5822{H2}");
    }

    [Fact]
    public void PreviousMayBeTextAsInTheReference()
    {
        var text = Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes($"{H1}_{H2}"));
        var operation = Operation.Decode(Convert.FromHexString($"84010267626c6f625f7631{"7889"}{text}")).Operation;
        operation!.Previous.ShouldBe(DocumentViewId.FromUnsorted([H1, H2]));
    }

    [Fact]
    public void FieldsAreBounded()
    {
        var fields = Enumerable.Range(0, PlainFields.MaxCount + 1).ToDictionary(i => $"f{i}", _ => PlainValue.Boolean(true));
        Operation.Decode(Operation.Create(Venue, new PlainFields(fields)).EncodedBytes).Refusal.ShouldBe(OperationRefusal.TooManyFields);
        fields.Remove("f0");
        Operation.Decode(Operation.Create(Venue, new PlainFields(fields)).EncodedBytes).IsDecoded.ShouldBeTrue();
    }

    [Fact]
    public void LengthIsBounded()
    {
        var bytes = Operation.Create(Venue, PlainFields.Empty).EncodedBytes;
        Operation.Decode(bytes, bytes.Length).IsDecoded.ShouldBeTrue();
        Operation.Decode(bytes, bytes.Length - 1).Refusal.ShouldBe(OperationRefusal.TooLarge);
    }

    [Fact]
    public void ClaimedLengthsCostNothing()
    {
        // An array of 2^64−1 items, a map and a text that long, in a few bytes.
        Operation.Decode(Convert.FromHexString("9bffffffffffffffff01")).Refusal.ShouldBe(OperationRefusal.Truncated);
        Operation.Decode(Convert.FromHexString("8401007bffffffffffffffff61")).Refusal.ShouldBe(OperationRefusal.Truncated);
        Operation.Decode(Convert.FromHexString("84010067626c6f625f7631bbffffffffffffffff6161")).Refusal.ShouldBe(OperationRefusal.Truncated);
    }

    [Fact]
    public void FieldsOfTheSameNameAreACallersMistake() => Should.Throw<ArgumentException>(() => new PlainFields(
        [KeyValuePair.Create("a", PlainValue.Integer(1)), KeyValuePair.Create("a", PlainValue.Integer(1))]));

    [Fact]
    public void HalfASurrogatePairIsACallersMistake()
    {
        Should.Throw<ArgumentException>(() => PlainValue.String("a\ud83d"));
        Should.Throw<ArgumentException>(() => PlainValue.String("\udc3ca"));
        PlainValue.String("🐼").AsString.ShouldBe("🐼");
    }

    [Fact]
    public void NamesSortByTheirUtf8Bytes()
    {
        string[] names = ["", "B", "a", "a1", "a_b", "aa", "b", "zz", "ä", "\ue000", "\uffff", "🐼"];
        names.OrderDescending(Utf8Order.Instance).Reverse().ShouldBe(names);
        names.Order(Comparer<string>.Create((x, y) =>
            System.Text.Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(y)))).ShouldBe(names);
    }

    private static EntryId Parse(string text)
    {
        Yasmf.TryParse(text, out var id).ShouldBeTrue();
        return id;
    }
}
