namespace P2Panda.Store.Tests.Postgres;

/// <summary>The tests that share one server. They run one after the other.</summary>
[CollectionDefinition("PostgreSQL")]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>;
