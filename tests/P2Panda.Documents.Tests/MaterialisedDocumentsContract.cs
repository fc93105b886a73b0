using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Sending;
using P2Panda.Store;

namespace P2Panda.Documents.Tests;

/// <summary>What the tables do beside every kind of store.</summary>
public abstract partial class MaterialisedDocumentsContract : IAsyncLifetime
{
    private protected static readonly VerifiedEntry[] Published = PublishedVectors.Read();
    private ILogStore? _store;
    private MaterialisedDocuments? _documents;

    private protected MaterialisedDocuments Documents => _documents!;

    private protected ILogStore Store => _store!;

    public virtual async Task InitializeAsync()
    {
        _store = await OpenStoreAsync();
        _documents = await MaterialisedDocuments.OpenAsync(_store);
    }

    public virtual Task DisposeAsync() => DisposeStoreAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Other_nodes_get_every_operation_after_all_it_is_built_upon(int arrival)
    {
        await PublishAsync(arrival);
        var schemas = Documents.Schemas.Listed.Select(schema => schema.Id).ToArray();
        schemas.Select(id => id.Name).ShouldBe(["schema_definition", "schema_field_definition", "blob", "blob_piece", "event", "venue"]);

        var logs = await Documents.FindLogsAsync(schemas);
        logs.OrderBy(log => log.Log).Select(log => (log.Log, log.Height)).ShouldBe(Store.Logs().Select(log => (log.Log, log.Height)));
        var operations = await Documents.FindOperationsAsync(schemas, _ => 0, 1000);
        operations.Count.ShouldBe(60);
        CheckOrder(operations);
        (await Documents.FindOperationsAsync(schemas, _ => 0, 7)).ShouldBe(operations.Take(7));
        (await Documents.FindOperationsAsync(schemas, log => Store.View.HeightOf(log)!.Value, 1000)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Blobs_go_only_where_a_document_that_goes_points_to_them()
    {
        await PublishAsync(0);
        var venue = Documents.Schemas.Listed.Single(schema => schema.Id.Name == "venue").Id;
        (await Documents.FindLogsAsync([SchemaId.Blob, SchemaId.BlobPiece])).ShouldBeEmpty();
        (await Documents.FindLogsAsync([SchemaId.Blob, SchemaId.BlobPiece, venue])).Count.ShouldBe(3 + 6);
        (await Documents.FindLogsAsync([venue])).Count.ShouldBe(6);
    }

    [Fact]
    public async Task The_index_answers_at_once_what_was_appended()
    {
        foreach (var entry in Published)
        {
            await Store.AppendAsync(entry);
            var operation = Operation.Decode(entry.PayloadBytes!.Value).Operation!;
            var place = (await Documents.FindOperationAsync(entry.Id)).ShouldNotBeNull();
            place.SchemaId.ShouldBe(operation.SchemaId);
            (await Documents.FindLogAsync(entry.Log.Author, place.Document)).ShouldBe(entry.Log.LogId.ToUInt64());
            (await Documents.IsDeletedAsync(place.Document)).ShouldBe(operation.Action == OperationAction.Delete);
        }
    }

    /// <summary>Another instance, as after a restart.</summary>
    protected abstract Task<ILogStore> OpenStoreAsync();

    private protected async Task ReopenAsync()
    {
        await DisposeStoreAsync();
        await InitializeAsync();
    }

    private async Task DisposeStoreAsync()
    {
        await Documents.DisposeAsync();
        await Store.DisposeAsync();
    }

    private protected async Task PublishAsync(int arrival)
    {
        var order = Published.ToArray();
        if (arrival == 1)
        {
            Array.Reverse(order);
        }
        else if (arrival > 1)
        {
            new Random(arrival).Shuffle(order);
        }

        foreach (var entry in order)
        {
            await Store.AppendAsync(entry);
            await Documents.CatchUpAsync();
        }

        await Documents.CompleteAsync();
    }

    private static void CheckOrder(IReadOnlyList<SendableOperation> operations)
    {
        var given = new HashSet<EntryId>();
        var heights = new Dictionary<LogKey, ulong>();
        foreach (var sent in operations)
        {
            sent.SequenceNumber.ShouldBe(heights.GetValueOrDefault(sent.Log) + 1);
            heights[sent.Log] = sent.SequenceNumber;
            var operation = Operation.Decode(Published.Single(entry => entry.Id == sent.Id).PayloadBytes!.Value).Operation!;
            (operation.Previous?.OperationIds ?? []).ShouldAllBe(id => given.Contains(id));
            if (sent.SchemaId.ViewId is { } definition)
            {
                definition.OperationIds.ShouldAllBe(id => given.Contains(id));
            }

            given.Add(sent.Id).ShouldBeTrue();
        }
    }
}
