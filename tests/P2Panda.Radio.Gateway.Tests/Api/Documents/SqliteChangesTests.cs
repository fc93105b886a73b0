namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

public sealed class SqliteChangesTests(SqliteStores stores) : ChangesContract(stores.OpenAsync), IClassFixture<SqliteStores>;
