using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Publishing;

namespace P2Panda.Documents.Tests.Publishing;

/// <summary>The refusals that the recorded requests do not reach.</summary>
public sealed class PublishRulesTests : IDisposable
{
    private static readonly EntryId Elsewhere = Yasmf.Hash([1]);

    private readonly KeyPair _author = KeyPair.FromSeed(new byte[KeyPair.SeedLength]);
    private readonly MemoryIndex _index = new();

    [Fact]
    public async Task LinksMustBeThoseOfTheLog()
    {
        var ids = await Chain(log: 0, length: 3);
        var update = Update(SchemaId.BlobPiece, ids[2]);
        (await Check(0, 4, Elsewhere, ids[2], update)).ShouldBe(PublishRefusal.WrongSkiplink);
        (await Check(0, 4, ids[0], Elsewhere, update)).ShouldBe(PublishRefusal.WrongBacklink);
        (await Check(0, 4, ids[0], ids[2], update)).ShouldBe(PublishRefusal.None);
    }

    [Fact]
    public async Task PreviousOperationsBelongToOneDocumentOfTheSchema()
    {
        var first = await Chain(log: 0, length: 1);
        var second = await Chain(log: 1, length: 1);
        (await Check(2, 1, null, null, Update(SchemaId.BlobPiece, first[0], second[0]))).ShouldBe(PublishRefusal.PreviousOfSeveralDocuments);
        (await Check(2, 1, null, null, Update(SchemaId.Blob, first[0]))).ShouldBe(PublishRefusal.PreviousOfOtherSchema);
        (await Rules().NextAsync(_author.PublicKey, DocumentViewId.FromUnsorted([first[0], second[0]]))).Refusal
            .ShouldBe(PublishRefusal.PreviousOfSeveralDocuments);
    }

    [Fact]
    public async Task AnAuthorContributesToADocumentInOneLog()
    {
        var first = await Chain(log: 0, length: 1);
        var second = await Chain(log: 1, length: 1);
        (await Check(2, 1, null, null, Update(SchemaId.BlobPiece, first[0]))).ShouldBe(PublishRefusal.OtherLogOfDocument);
        (await Check(1, 2, null, second[0], Create((byte)9))).ShouldBe(PublishRefusal.LogOfOtherDocument);
    }

    [Fact]
    public async Task AnotherAuthorBeginsALog()
    {
        var ids = await Chain(log: 5, length: 1);
        using var other = KeyPair.Generate();
        (await Rules().NextAsync(other.PublicKey, DocumentViewId.Of(ids[0]))).Arguments.ShouldBe(new NextArguments(0, 1, null, null));
        (await Rules().NextAsync(_author.PublicKey, null)).Arguments.ShouldBe(new NextArguments(6, 1, null, null));
        (await Rules().NextAsync(_author.PublicKey, DocumentViewId.Of(ids[0]))).Arguments.ShouldBe(new NextArguments(5, 2, ids[0], null));
    }

    [Fact]
    public async Task NoLogFollowsTheLast()
    {
        await Chain(log: ulong.MaxValue, length: 1);
        (await Rules().NextAsync(_author.PublicKey, null)).Refusal.ShouldBe(PublishRefusal.NoLogLeft);
    }

    [Fact]
    public async Task NoEntryFollowsTheLast()
    {
        var ids = await Chain(log: 0, length: 1);
        _index.LogsAreFull = true;
        (await Rules().NextAsync(_author.PublicKey, DocumentViewId.Of(ids[0]))).Refusal.ShouldBe(PublishRefusal.LogIsFull);
    }

    public void Dispose() => _author.Dispose();

    private static Operation Create(byte data) =>
        Operation.Create(SchemaId.BlobPiece, new PlainFields([KeyValuePair.Create("data", PlainValue.Bytes([data]))]));

    private static Operation Update(SchemaId schema, params EntryId[] previous) =>
        Operation.Update(schema, DocumentViewId.FromUnsorted(previous), PlainFields.Empty);

    private PublishRules Rules() => new(_index, _index);

    /// <summary>A document with some updates, published by the rules.</summary>
    private async Task<List<EntryId>> Chain(ulong log, int length)
    {
        var ids = new List<EntryId>();
        while (ids.Count < length)
        {
            var operation = ids.Count == 0 ? Create((byte)log) : Update(SchemaId.BlobPiece, ids[^1]);
            var entry = Entry(log, (ulong)ids.Count + 1, null, ids.Count == 0 ? null : ids[^1], operation);
            var result = await Rules().CheckAsync(entry, operation, _index.FindSchema(operation.SchemaId));
            result.Refusal.ShouldBe(PublishRefusal.None);
            _index.Add(entry, operation);
            ids.Add(entry.Id);
        }

        return ids;
    }

    private async Task<PublishRefusal> Check(ulong log, ulong sequenceNumber, EntryId? skiplink, EntryId? backlink, Operation operation)
    {
        var entry = Entry(log, sequenceNumber, skiplink, backlink, operation);
        return (await Rules().CheckAsync(entry, operation, _index.FindSchema(operation.SchemaId))).Refusal;
    }

    private VerifiedEntry Entry(ulong log, ulong sequenceNumber, EntryId? skiplink, EntryId? backlink, Operation operation) =>
        BambooEntry.Verify(
            BambooEntry.Sign(_author, log, sequenceNumber, skiplink, backlink, operation.EncodedBytes.Span), operation.EncodedBytes).Entry!;
}
