using System.Diagnostics;
using System.Text.Json;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Store;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>
/// 20 000 signed entries in 200 logs are verified and stored durably, 100 at a time; the next batch is verified while the last one is on
/// its way to the disk. Afterwards a fresh process checks all of them again.
/// </summary>
internal sealed class IngestBenchmark : Benchmark
{
    private const int Authors = 20;
    private const int LogsPerAuthor = 10;
    private const int EntriesPerLog = 100;
    private const int Entries = Authors * LogsPerAuthor * EntriesPerLog;
    private const int BatchSize = 100;
    private const int PayloadLength = 96;

    public override string Name => "ingest";

    public override string Description => "verify and durably store 20 000 entries in batches of 100, then verify them in a fresh process";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        progress.Report($"signing {Entries} entries in {Authors * LogsPerAuthor} logs");
        var signed = SignAll();
        var folder = DiskFolder.Create("ingest");
        try
        {
            var database = Path.Combine(folder.FullName, "logs.db");
            var commits = DurableWritesPerSecond(Path.Combine(folder.FullName, "probe"));
            progress.Report("verifying and storing");
            var (total, verification, storage) = IngestAsync(database, signed, cancellation).GetAwaiter().GetResult();
            yield return new Figure("ingest.rate", "entries/s", Entries / total.TotalSeconds, Better.Higher, 5000)
            {
                Note = $"{Entries} entries in {Authors * LogsPerAuthor} logs, batches of {BatchSize}, synchronous=FULL, verification of " +
                    "the next batch overlaps storage of the last",
            };
            yield return new Figure("ingest.verification", "µs/entry", verification.TotalMicroseconds / Entries, Better.Lower)
            {
                Note = $"elapsed, on {Environment.ProcessorCount} cores",
            };
            yield return new Figure("ingest.storage", "µs/entry", storage.TotalMicroseconds / Entries, Better.Lower)
            {
                Note = "elapsed, from handing over a batch to its commit",
            };
            yield return new Figure("ingest.disk-commits", "commits/s", commits, Better.Higher)
            {
                Note = "what the disk itself does: 4 KiB written and flushed, one after the other",
            };
            yield return new Figure(
                "ingest.bytes-per-entry", "bytes", (double)new FileInfo(database).Length / Entries, Better.Lower)
            {
                Note = $"database file; an entry has up to 202 bytes and its payload {PayloadLength}",
            };
            progress.Report("checking everything again in a fresh process");
            yield return new Figure("ingest.verified-again", "entries", VerifyInFreshProcess(database), Better.Higher, Entries);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(TimeSpan Total, TimeSpan Verification, TimeSpan Storage)> IngestAsync(
        string database, List<(byte[] Entry, byte[] Payload)> signed, CancellationToken cancellation)
    {
        await using var store = SqliteLogStore.Open(database);
        var storage = TimeSpan.Zero;
        var verification = new Stopwatch();
        var storing = Task.CompletedTask;
        var total = Stopwatch.StartNew();
        for (var start = 0; start < signed.Count; start += BatchSize)
        {
            verification.Start();
            var batch = new VerifiedEntry[BatchSize];
            var first = start;
            Parallel.For(0, BatchSize, i =>
            {
                var (entry, payload) = signed[first + i];
                batch[i] = BambooEntry.Verify(entry, payload).Entry ?? throw new InvalidOperationException("A signed entry was refused.");
            });
            verification.Stop();
            await storing.ConfigureAwait(false);
            storing = StoreAsync(batch);
        }

        await storing.ConfigureAwait(false);
        return (total.Elapsed, verification.Elapsed, storage);

        async Task StoreAsync(VerifiedEntry[] batch)
        {
            var watch = Stopwatch.StartNew();
            var results = await store.AppendAsync(batch, RetentionClass.Kept, cancellation).ConfigureAwait(false);
            storage += watch.Elapsed;
            if (results.Any(result => result.Outcome != AppendOutcome.Appended))
            {
                throw new InvalidOperationException("A signed entry was not appended.");
            }
        }
    }

    /// <summary>Entry by entry across the logs, as they come in from many authors at once.</summary>
    private static List<(byte[] Entry, byte[] Payload)> SignAll()
    {
        var random = new Random(3);
        var authors = Enumerable.Range(0, Authors).Select(author =>
        {
            var seed = new byte[KeyPair.SeedLength];
            random.NextBytes(seed);
            return KeyPair.FromSeed(seed);
        }).ToList();
        var ids = new EntryId[Authors * LogsPerAuthor, EntriesPerLog + 1];
        var signed = new List<(byte[], byte[])>(Entries);
        for (ulong position = 1; position <= EntriesPerLog; position++)
        {
            for (var log = 0; log < Authors * LogsPerAuthor; log++)
            {
                var payload = new byte[PayloadLength];
                random.NextBytes(payload);
                EntryId? backlink = position > 1 ? ids[log, position - 1] : null;
                EntryId? skiplink = position > 1 && Lipmaa.NeedsSkiplink(position) ? ids[log, Lipmaa.LinkOf(position)] : null;
                var entry = BambooEntry.Sign(
                    authors[log / LogsPerAuthor], (ulong)(log % LogsPerAuthor), position, skiplink, backlink, payload);
                ids[log, position] = Core.Hashing.Yasmf.Hash(entry);
                signed.Add((entry, payload));
            }
        }

        authors.ForEach(author => author.Dispose());
        return signed;
    }

    private static double DurableWritesPerSecond(string path)
    {
        const int Writes = 200;
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Writes; i++)
        {
            file.Write(page);
            file.Flush(flushToDisk: true);
        }

        return Writes / watch.Elapsed.TotalSeconds;
    }

    private static double VerifyInFreshProcess(string database)
    {
        using var process = OwnProgram.Start("verify", database, "--json");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? JsonDocument.Parse(output).RootElement.GetProperty("verified").GetDouble() : 0;
    }
}
