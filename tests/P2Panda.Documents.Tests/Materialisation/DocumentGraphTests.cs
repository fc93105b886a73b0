using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;

namespace P2Panda.Documents.Tests.Materialisation;

public sealed class DocumentGraphTests
{
    private static readonly SchemaId Schema = RandomDocument.Schema;

    /// <summary>Ids in ascending order, so that tests can say which wins.</summary>
    private static readonly EntryId[] Ids = [.. Enumerable.Range(0, 10).Select(i => Yasmf.Hash([(byte)i])).Order()];

    private readonly DocumentGraph _graph = new(Ids[5]);

    [Fact]
    public void NothingShowsBeforeTheCreate()
    {
        _graph.Add(Ids[1], Update([5], "a", 1));
        _graph.Materialise().ShouldBeNull();
        _graph.MissingOperations().ShouldBe([Ids[5]]);
        _graph.Add(Ids[5], Create("a", 0));
        _graph.MissingOperations().ShouldBeEmpty();
        Field("a").ShouldBe(1);
    }

    [Fact]
    public void OfConcurrentUpdatesTheHighestIdIsFoldedLastAndWins()
    {
        _graph.Add(Ids[5], Create("a", 0));
        _graph.Add(Ids[9], Update([5], "a", 9));
        _graph.Add(Ids[1], Update([5], "a", 1));
        var view = _graph.Materialise()!;
        view.Order.ShouldBe([Ids[5], Ids[1], Ids[9]]);
        view.ViewId.ShouldBe(DocumentViewId.FromUnsorted([Ids[1], Ids[9]]));
        view.Fields["a"].ShouldBe(new DocumentField(PlainValue.Integer(9), Ids[9]));
    }

    [Fact]
    public void ABranchIsFollowedToItsEndBeforeTheNext()
    {
        _graph.Add(Ids[5], Create("a", 0));
        _graph.Add(Ids[1], Update([5], "a", 1));
        _graph.Add(Ids[2], Update([5], "a", 2));
        _graph.Add(Ids[9], Update([1], "a", 9));
        _graph.Materialise()!.Order.ShouldBe([Ids[5], Ids[1], Ids[9], Ids[2]]);
        Field("a").ShouldBe(2);
    }

    [Fact]
    public void AMergeWaitsForAllItJoins()
    {
        _graph.Add(Ids[5], Create("a", 0));
        _graph.Add(Ids[1], Update([5], "a", 1));
        _graph.Add(Ids[2], Update([5], "a", 2));
        _graph.Add(Ids[0], Update([1, 2], "a", 3));
        var view = _graph.Materialise()!;
        view.Order.ShouldBe([Ids[5], Ids[1], Ids[2], Ids[0]]);
        view.ViewId.ShouldBe(DocumentViewId.Of(Ids[0]));
    }

    [Fact]
    public void AGapHoldsBackWhatIsBuiltUponIt()
    {
        _graph.Add(Ids[5], Create("a", 0));
        _graph.Add(Ids[2], Update([1], "a", 2));
        _graph.Add(Ids[3], Update([2, 5], "a", 3));
        Field("a").ShouldBe(0);
        _graph.MissingOperations().ShouldBe([Ids[1]]);
        _graph.Add(Ids[1], Update([5], "b", 1));
        Field("a").ShouldBe(3);
        Field("b").ShouldBe(1);
    }

    [Fact]
    public void ADeleteWinsWhateverElseHappens()
    {
        _graph.Add(Ids[5], Create("a", 0));
        _graph.Add(Ids[1], Operation.Delete(Schema, DocumentViewId.Of(Ids[5])));
        _graph.Add(Ids[9], Update([5], "a", 9));
        _graph.Add(Ids[2], Update([1], "a", 2));
        var view = _graph.Materialise()!;
        view.IsDeleted.ShouldBeTrue();
        view.Fields.ShouldBeEmpty();
        view.ViewId.ShouldBe(DocumentViewId.FromUnsorted([Ids[2], Ids[9]]));
    }

    [Fact]
    public void AnOlderViewStaysWhatItWas()
    {
        _graph.Add(Ids[5], Create("a", 0));
        _graph.Add(Ids[1], Update([5], "a", 1));
        _graph.Add(Ids[2], Operation.Delete(Schema, DocumentViewId.Of(Ids[1])));
        var older = _graph.MaterialiseAt(DocumentViewId.Of(Ids[1]))!;
        older.IsDeleted.ShouldBeFalse();
        older.Fields["a"].Value.AsInteger.ShouldBe(1);
        _graph.MaterialiseAt(DocumentViewId.Of(Ids[3])).ShouldBeNull("it has not come");
        _graph.MaterialiseAt(DocumentViewId.FromUnsorted([Ids[1], Ids[5]])).ShouldBeNull("the one is built upon the other");
    }

    [Fact]
    public void OperationsOfAnotherSchemaOrDocumentDoNotCount()
    {
        _graph.Add(Ids[5], Create("a", 0));
        _graph.Add(Ids[1], Operation.Update(SchemaId.Blob, DocumentViewId.Of(Ids[5]), Fields("a", 1)));
        _graph.Add(Ids[2], Update([1], "a", 2));
        _graph.Add(Ids[3], Create("a", 3)).ShouldBeFalse();
        Field("a").ShouldBe(0);
        _graph.Materialise()!.ViewId.ShouldBe(DocumentViewId.Of(Ids[5]));
    }

    [Fact]
    public void ALongDocumentNeedsNoDeepStack()
    {
        const int Length = 50_000;
        _graph.Add(Ids[5], Create("a", 0));
        var last = Ids[5];
        for (var i = 1; i <= Length; i++)
        {
            var id = Yasmf.Hash(BitConverter.GetBytes(i));
            _graph.Add(id, Operation.Update(Schema, DocumentViewId.Of(last), Fields("a", i)));
            last = id;
        }

        Field("a").ShouldBe(Length);
    }

    private static Operation Create(string name, long value) => Operation.Create(Schema, Fields(name, value));

    private static Operation Update(int[] previous, string name, long value) =>
        Operation.Update(Schema, DocumentViewId.FromUnsorted(previous.Select(i => Ids[i])), Fields(name, value));

    private static PlainFields Fields(string name, long value) => new([KeyValuePair.Create(name, PlainValue.Integer(value))]);

    private long Field(string name) => _graph.Materialise()!.Fields[name].Value.AsInteger;
}
