using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

public sealed class PostgresBlobTests(PostgresStores stores, ITestOutputHelper output) : BlobContract(stores.OpenAsync, output), IClassFixture<PostgresStores>;
