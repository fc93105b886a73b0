using P2Panda.Store.Sqlite;

namespace P2Panda.Store.Tests.Sqlite;

public sealed class SqliteLogStoreTests : DurableLogStoreContract
{
    private readonly TemporaryFolder _folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete();
    }

    protected override Task<ILogStore> OpenStoreAsync(StoreBounds? bounds, TimeProvider clock) =>
        Task.FromResult<ILogStore>(SqliteLogStore.Open(
            _folder.File("logs.db"), new SqliteOptions { Bounds = bounds ?? StoreBounds.Default, Time = clock }));
}
