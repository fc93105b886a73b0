using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Documents;

public sealed class PostgresHostileQueriesTests(PostgresStores stores, ITestOutputHelper output)
    : HostileQueriesContract(stores.OpenAsync, output), IClassFixture<PostgresStores>;
