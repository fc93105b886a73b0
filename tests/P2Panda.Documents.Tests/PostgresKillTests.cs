using P2Panda.Store.Tests.Postgres;
using Xunit.Abstractions;

namespace P2Panda.Documents.Tests;

public sealed class PostgresKillTests(PostgresServer server, ITestOutputHelper output) : KillContract(output), IClassFixture<PostgresServer>
{
    private readonly string _schema = server.NextSchema();

    private protected override string Location => $"{server.ConnectionString};Search Path={_schema}";

    /// <summary>The server's power goes, too, every other time.</summary>
    private protected override async Task AfterKillAsync(int round)
    {
        if (round % 2 == 1)
        {
            await server.StopAsync("immediate");
            await server.StartAsync();
        }
    }
}
