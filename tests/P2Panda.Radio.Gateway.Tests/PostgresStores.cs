using P2Panda.Store;
using P2Panda.Store.Postgres;
using P2Panda.Store.Tests.Postgres;

namespace P2Panda.Radio.Gateway.Tests;

/// <summary>New stores on a PostgreSQL server of their own, which goes with the tests that use them.</summary>
public sealed class PostgresStores : IAsyncLifetime
{
    private readonly PostgresServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task<ILogStore> OpenAsync() =>
        await PostgresLogStore.OpenAsync(_server.ConnectionString, new PostgresOptions { Schema = _server.NextSchema() });

    public Task DisposeAsync() => _server.DisposeAsync();
}
