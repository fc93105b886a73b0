using P2Panda.Store.Postgres;

namespace P2Panda.Store.Tests.Postgres;

[Collection("PostgreSQL")]
public sealed class PostgresLogStoreTests(PostgresServer server) : DurableLogStoreContract
{
    private readonly string _schema = server.NextSchema();

    protected override async Task<ILogStore> OpenStoreAsync(StoreBounds? bounds, TimeProvider clock) => await PostgresLogStore.OpenAsync(
        server.ConnectionString,
        new PostgresOptions { Schema = _schema, Bounds = bounds ?? StoreBounds.Default, Time = clock });
}
