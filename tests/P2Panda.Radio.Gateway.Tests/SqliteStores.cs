using P2Panda.Store;
using P2Panda.Store.Sqlite;
using P2Panda.Store.Tests;

namespace P2Panda.Radio.Gateway.Tests;

/// <summary>New stores in SQLite files, which go with the tests that use them.</summary>
public sealed class SqliteStores : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _stores;

    public Task<ILogStore> OpenAsync() =>
        Task.FromResult<ILogStore>(SqliteLogStore.Open(_folder.File($"{Interlocked.Increment(ref _stores)}.db")));

    public void Dispose() => _folder.Delete();
}
