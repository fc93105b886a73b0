using P2Panda.Store;
using P2Panda.Store.Postgres;
using P2Panda.Store.Tests.Postgres;

namespace P2Panda.Documents.Tests;

public sealed class PostgresDocumentsTests(PostgresServer server) : DurableDocumentsContract, IClassFixture<PostgresServer>
{
    private readonly string _schema = server.NextSchema();

    protected override async Task<ILogStore> OpenStoreAsync() =>
        await PostgresLogStore.OpenAsync(server.ConnectionString, new PostgresOptions { Schema = _schema });
}
