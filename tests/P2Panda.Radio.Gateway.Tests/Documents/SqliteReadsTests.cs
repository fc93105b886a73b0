using P2Panda.Store;
using P2Panda.Store.Sqlite;
using P2Panda.Store.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Documents;

public sealed class SqliteReadsTests(ITestOutputHelper output) : DurableReadsContract(output)
{
    private readonly TemporaryFolder _folder = new();

    private protected override string StoreSetting => $"store.path={_folder.File("logs.db")}";

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete();
    }

    private protected override Task<ILogStore> OpenStoreAsync() => Task.FromResult<ILogStore>(SqliteLogStore.Open(_folder.File("logs.db")));
}
