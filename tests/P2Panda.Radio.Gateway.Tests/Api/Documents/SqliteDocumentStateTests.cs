namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

public sealed class SqliteDocumentStateTests(SqliteStores stores) : DocumentStateContract(stores.OpenAsync), IClassFixture<SqliteStores>;
