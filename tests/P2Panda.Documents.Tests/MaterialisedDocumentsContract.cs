using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
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
    public async Task Schemas_are_listed_in_the_order_of_announcements_however_they_arrived(int arrival)
    {
        await PublishAsync(arrival);
        Documents.Schemas.Listed.Select(schema => schema.Id.Name).ShouldBe(["schema_definition", "schema_field_definition", "blob", "blob_piece", "event", "venue"]);
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
}
