using P2Panda.Radio.Gateway.Benchmarks.Documents;

namespace P2Panda.Store.Tests.Postgres;

/// <summary>A real PostgreSQL server in a temporary folder, started once for all tests that use it.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("p2panda-pg-").FullName;
    private PostgresCluster _cluster = null!;
    private int _schemas;

    /// <summary>Reaches the server's default database.</summary>
    public string ConnectionString => _cluster.ConnectionString + ";Include Error Detail=true";

    /// <summary>A schema name no other test has.</summary>
    public string NextSchema() => $"community_{Interlocked.Increment(ref _schemas)}";

    public Task InitializeAsync() => Task.Run(() => _cluster = PostgresCluster.Start(_folder));

    public async Task DisposeAsync()
    {
        await StopAsync("immediate");
        Directory.Delete(_folder, recursive: true);
    }

    public Task StartAsync() => Task.Run(_cluster.Start);

    /// <summary>Stops the server; "immediate" leaves it as a power cut would.</summary>
    public Task StopAsync(string mode) => Task.Run(() => _cluster.Stop(mode));
}
