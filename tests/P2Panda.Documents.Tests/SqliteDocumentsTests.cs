using P2Panda.Store;
using P2Panda.Store.Sqlite;
using P2Panda.Store.Tests;

namespace P2Panda.Documents.Tests;

public sealed class SqliteDocumentsTests : DurableDocumentsContract
{
    private readonly TemporaryFolder _folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete();
    }

    protected override Task<ILogStore> OpenStoreAsync() => Task.FromResult<ILogStore>(SqliteLogStore.Open(_folder.File("logs.db")));
}
