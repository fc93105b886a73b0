namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

public sealed class PostgresDocumentStateTests(PostgresStores stores) : DocumentStateContract(stores.OpenAsync), IClassFixture<PostgresStores>;
