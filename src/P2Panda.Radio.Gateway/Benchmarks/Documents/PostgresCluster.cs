using System.Diagnostics;
using System.Globalization;

namespace P2Panda.Radio.Gateway.Benchmarks.Documents;

/// <summary>
/// A PostgreSQL server of Debian's package on a folder of its own, reached through a socket there, with the durability it has by default.
/// The server refuses to run as root, so root starts it as the user <c>postgres</c>. Tests compile this file, too.
/// </summary>
internal sealed class PostgresCluster : IDisposable
{
    private const string User = "postgres";
    private const string Installations = "/usr/lib/postgresql";

    private readonly string _folder;

    private PostgresCluster(string folder) => _folder = folder;

    /// <summary>Whether a server is installed.</summary>
    public static bool IsAvailable => Directory.Exists(Installations) && Directory.EnumerateDirectories(Installations).Any();

    public string ConnectionString => $"Host={_folder};Username={User};Database=postgres";

    private string Data => Path.Combine(_folder, "data");

    public static PostgresCluster Start(string folder)
    {
        var cluster = new PostgresCluster(folder);
        if (Environment.UserName == "root")
        {
            Run("chown", [User, folder]);
        }

        RunServerProgram("initdb", "-D", cluster.Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        cluster.Start();
        return cluster;
    }

    /// <summary>Starts the server again.</summary>
    public void Start() => RunServerProgram(
        "pg_ctl", "-s", "-w", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o", $"-k {_folder} -c listen_addresses=''", "start");

    /// <summary>Stops the server; "immediate" leaves it as a power cut would.</summary>
    public void Stop(string mode) => RunServerProgram("pg_ctl", "-s", "-w", "-D", Data, "-m", mode, "stop");

    /// <summary>Processor time that the server and its present processes have used so far, as far as the kernel tells.</summary>
    public TimeSpan ProcessorTime()
    {
        var server = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        var total = TimeSpan.Zero;
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                total += process.Id == server || ParentOf(process.Id) == server ? process.TotalProcessorTime : TimeSpan.Zero;
            }
        }

        return total;
    }

    public void Dispose() => Stop("fast");

    private static int ParentOf(int process)
    {
        try
        {
            // Number, name in brackets, state, parent: the name may hold anything.
            var status = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(status[(status.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended.
            return 0;
        }
    }

    private static void RunServerProgram(string program, params string[] arguments)
    {
        var path = Directory.EnumerateDirectories(Installations)
            .OrderByDescending(version => double.Parse(Path.GetFileName(version), CultureInfo.InvariantCulture))
            .Select(version => Path.Combine(version, "bin", program))
            .First(File.Exists);
        if (Environment.UserName == "root")
        {
            Run("runuser", ["-u", User, "--", path, .. arguments]);
        }
        else
        {
            Run(path, arguments);
        }
    }

    private static void Run(string program, string[] arguments)
    {
        // The server that pg_ctl leaves behind keeps what it inherits: the output must not be a pipe that somebody reads to its end.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments])
        {
            WorkingDirectory = "/",
        })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}.");
        }
    }
}
