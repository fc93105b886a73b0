using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

public sealed class SqliteBlobTests(SqliteStores stores, ITestOutputHelper output) : BlobContract(stores.OpenAsync, output), IClassFixture<SqliteStores>;
