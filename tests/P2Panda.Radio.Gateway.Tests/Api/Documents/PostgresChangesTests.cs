namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

public sealed class PostgresChangesTests(PostgresStores stores) : ChangesContract(stores.OpenAsync), IClassFixture<PostgresStores>;
