using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Gateway.Benchmarks.Publish;

/// <summary>
/// Apps publish to a gateway in a process of its own, over HTTP, each waiting for its answer. Then the gateway is killed without warning, and
/// everything it had answered for must be in its database.
/// </summary>
internal sealed class PublishBenchmark : Benchmark
{
    private const int Clients = 8;
    private const int WarmUp = 200;
    private const int OfOneClient = 2_000;
    private const int OfEachClient = 1_500;
    private const int Commits = 500;

    public override string Name => "publish";

    public override string Description => "publish signed entries over GraphQL with one and with eight clients, each answered when durable";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        var folder = DiskFolder.Create("publish");
        try
        {
            var database = Path.Combine(folder.FullName, "logs.db");
            progress.Report("signing");
            var schema = new PublishingApp(0, null, 0);
            var apps = Enumerable.Range(1, Clients).Select(seed => new PublishingApp(seed, schema.Schema, (WarmUp + OfOneClient + OfEachClient) / 2)).ToList();
            using var gateway = new GatewayUnderLoad(database);
            Send(gateway, schema, schema.Left, cancellation);
            progress.Report("warming up");
            Run(apps, app => Send(gateway, app, WarmUp, cancellation));

            progress.Report("one client");
            var before = CommitsPerSecond(Path.Combine(folder.FullName, "before.db"));
            var watch = Stopwatch.StartNew();
            Send(gateway, apps[0], OfOneClient, cancellation);
            var one = OfOneClient / watch.Elapsed.TotalSeconds;
            var commits = (before + CommitsPerSecond(Path.Combine(folder.FullName, "after.db"))) / 2;
            yield return new Figure("publish.one-client", "entries/s", one, Better.Higher, Math.Min(400, commits / 2))
            {
                Note = $"{OfOneClient} publishes, one after the other; synchronous=FULL; the target is 400, or half of the disk's commits where that is less",
            };
            yield return new Figure("publish.disk-commits", "commits/s", commits, Better.Higher)
            {
                Note = $"what the disk does for SQLite alone: {Commits} commits of one row before and as many after, synchronous=FULL",
            };

            progress.Report("eight clients");
            watch.Restart();
            Run(apps, app => Send(gateway, app, OfEachClient, cancellation));
            yield return new Figure("publish.eight-clients", "entries/s", Clients * OfEachClient / watch.Elapsed.TotalSeconds, Better.Higher, 1500)
            {
                Note = $"{OfEachClient} publishes of each, answered as they share commits",
            };
            yield return new Figure("publish.memory", "MB", gateway.ResidentMegabytes(), Better.Lower, 150) { Note = "resident, of the gateway, afterwards" };

            gateway.Kill();
            var expected = 3 + (Clients * (WarmUp + OfEachClient)) + OfOneClient;
            yield return new Figure("publish.kept", "entries", Count(database), Better.Higher, expected) { Note = "in the database after kill -9" };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Send(GatewayUnderLoad gateway, PublishingApp app, int count, CancellationToken cancellation)
    {
        using var client = gateway.Connect();
        app.SendAsync(client, count, cancellation).GetAwaiter().GetResult();
    }

    private static void Run(List<PublishingApp> apps, Action<PublishingApp> send) =>
        Task.WhenAll(apps.Select(app => Task.Factory.StartNew(() => send(app), TaskCreationOptions.LongRunning))).GetAwaiter().GetResult();

    private static double Count(string database)
    {
        var store = SqliteLogStore.Open(database, new SqliteOptions { ReadOnly = true });
        try
        {
            return store.EntryCount;
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static double CommitsPerSecond(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (number INTEGER PRIMARY KEY, bytes BLOB)");
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Commits; i++)
        {
            Execute(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO rows VALUES ({i}, zeroblob(300))"));
        }

        return Commits / watch.Elapsed.TotalSeconds;

        void Execute(string sql)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants and a number.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }
    }
}
