using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Documents;

public sealed class SqliteHostileQueriesTests(SqliteStores stores, ITestOutputHelper output)
    : HostileQueriesContract(stores.OpenAsync, output), IClassFixture<SqliteStores>;
