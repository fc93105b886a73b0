using P2Panda.Store;
using P2Panda.Store.Postgres;
using P2Panda.Store.Tests.Postgres;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Documents;

public sealed class PostgresHostileQueriesTests(PostgresServer server, ITestOutputHelper output)
    : HostileQueriesContract(output), IClassFixture<PostgresServer>
{
    private readonly string _schema = server.NextSchema();

    private protected override async Task<ILogStore> OpenStoreAsync() =>
        await PostgresLogStore.OpenAsync(server.ConnectionString, new PostgresOptions { Schema = _schema });
}
