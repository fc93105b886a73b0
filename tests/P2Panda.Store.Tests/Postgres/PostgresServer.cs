using System.Diagnostics;

namespace P2Panda.Store.Tests.Postgres;

/// <summary>
/// A real PostgreSQL server of Debian's package in a temporary folder, reached over a Unix socket there; started once for all tests that
/// use it. The server refuses to run as root, so root starts it as the user <c>postgres</c>.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string User = "postgres";

    private readonly string _folder = Directory.CreateTempSubdirectory("p2panda-pg-").FullName;
    private int _schemas;

    /// <summary>Reaches the server's default database.</summary>
    public string ConnectionString => $"Host={_folder};Username={User};Database=postgres;Include Error Detail=true";

    private string Cluster => Path.Combine(_folder, "cluster");

    /// <summary>A schema name no other test has.</summary>
    public string NextSchema() => $"community_{Interlocked.Increment(ref _schemas)}";

    public async Task InitializeAsync()
    {
        if (IsRoot)
        {
            await RunAsync("chown", User, _folder);
        }

        await RunServerProgramAsync("initdb", "-D", Cluster, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync("immediate");
        Directory.Delete(_folder, recursive: true);
    }

    public Task StartAsync() => RunServerProgramAsync(
        "pg_ctl", "-s", "-w", "-D", Cluster, "-l", Path.Combine(_folder, "log"), "-o", $"-k {_folder} -c listen_addresses=''", "start");

    /// <summary>Stops the server; "immediate" leaves it as a power cut would.</summary>
    public Task StopAsync(string mode) => RunServerProgramAsync("pg_ctl", "-s", "-w", "-D", Cluster, "-m", mode, "stop");

    private static bool IsRoot => Environment.UserName == "root";

    private static Task RunServerProgramAsync(string program, params string[] arguments)
    {
        var path = Directory.EnumerateDirectories("/usr/lib/postgresql")
            .OrderByDescending(version => double.Parse(Path.GetFileName(version), System.Globalization.CultureInfo.InvariantCulture))
            .Select(version => Path.Combine(version, "bin", program))
            .First(File.Exists);
        return IsRoot ? RunAsync("runuser", ["-u", User, "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // Its output is not redirected: the server that pg_ctl leaves behind would hold the pipe open.
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}.");
        }
    }
}
