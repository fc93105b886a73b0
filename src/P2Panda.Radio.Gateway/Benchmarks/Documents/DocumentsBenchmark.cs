using System.Diagnostics;
using System.Globalization;
using P2Panda.Core.Logs;
using P2Panda.Documents;
using P2Panda.Documents.Queries;
using P2Panda.Documents.Schemas;
using P2Panda.Store;
using P2Panda.Store.Postgres;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Gateway.Benchmarks.Documents;

/// <summary>
/// 100 000 operations of 20 000 documents are stored, then folded into documents, then read, beside SQLite and beside PostgreSQL, both on
/// disk with the durability a gateway has.
/// </summary>
internal sealed class DocumentsBenchmark : Benchmark
{
    private const int BatchSize = 200;
    private const int Pages = 400;
    private const int Singles = 2000;
    private static readonly string[] Fields = ["count", "done", "project", "score", "title"];

    public override string Name => "documents";

    public override string Description => "fold 100 000 operations into 20 000 documents and read them, beside SQLite and PostgreSQL";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        progress.Report("signing 100 000 entries");
        var corpus = new NotesCorpus();
        var folder = DiskFolder.Create("documents");
        try
        {
            var sqlite = SqliteLogStore.Open(Path.Combine(folder.FullName, "logs.db"));
            foreach (var figure in Measure("sqlite", sqlite, server: null, corpus, progress, cancellation).GetAwaiter().GetResult())
            {
                yield return figure;
            }

            if (!PostgresCluster.IsAvailable)
            {
                progress.Report("no PostgreSQL server is installed: measured beside SQLite only");
                yield break;
            }

            using var cluster = PostgresCluster.Start(folder.FullName);
            var postgres = PostgresLogStore.OpenAsync(cluster.ConnectionString, cancellation: cancellation).GetAwaiter().GetResult();
            foreach (var figure in Measure("postgresql", postgres, cluster, corpus, progress, cancellation).GetAwaiter().GetResult())
            {
                yield return figure;
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<List<Figure>> Measure(
        string database, ILogStore store, PostgresCluster? server, NotesCorpus corpus, IProgress<string> progress, CancellationToken cancellation)
    {
        await using var _ = store.ConfigureAwait(false);
        progress.Report($"{database}: storing");
        var watch = Stopwatch.StartNew();
        foreach (var batch in corpus.Definitions.Concat(corpus.Notes).Chunk(BatchSize))
        {
            await store.AppendAsync(batch, RetentionClass.Kept, cancellation).ConfigureAwait(false);
        }

        var stored = watch.Elapsed;
        progress.Report($"{database}: folding");
        var documents = await MaterialisedDocuments.OpenAsync(store, cancellation).ConfigureAwait(false);
        await using var __ = documents.ConfigureAwait(false);
        var (processor, serverProcessor) = (Environment.CpuUsage.TotalTime, server?.ProcessorTime());
        watch.Restart();
        await documents.CompleteAsync(cancellation).ConfigureAwait(false);
        var folded = watch.Elapsed;
        processor = Environment.CpuUsage.TotalTime - processor;
        serverProcessor = server?.ProcessorTime() - serverProcessor;
        if (!documents.Schemas.TryGet(corpus.SchemaId, out var schema))
        {
            throw new InvalidOperationException("The schema of the notes is not known.");
        }

        var total = (await documents.QueryAsync(new CollectionQuery { Schema = schema, WithTotal = true, WithDocuments = false }, cancellation)
            .ConfigureAwait(false)).TotalCount;
        progress.Report($"{database}: reading");
        var pagesProcessor = Environment.CpuUsage.TotalTime;
        var pages = await PagesAsync(documents, schema, Conditions, cancellation).ConfigureAwait(false);
        pagesProcessor = Environment.CpuUsage.TotalTime - pagesProcessor;
        var searches = await PagesAsync(documents, schema, Search, cancellation).ConfigureAwait(false);
        var singles = await SinglesAsync(documents, corpus, cancellation).ConfigureAwait(false);
        var id = $"documents.{database}";
        return
        [
            new Figure($"{id}.fold-rate", "operations/s", corpus.Notes.Length / folded.TotalSeconds, Better.Higher, 5000)
            {
                Note = $"{corpus.Notes.Length} operations of {NotesCorpus.Documents} documents, neighbours of different documents, after storing, " +
                    $"{Seconds(processor)} s of this process's processor time" +
                    (serverProcessor is { } time ? $" and {Seconds(time)} s of the server's" : ""),
            },
            new Figure($"{id}.store-rate", "entries/s", corpus.Notes.Length / stored.TotalSeconds, Better.Higher)
            {
                Note = $"without documents, batches of {BatchSize}",
            },
            new Figure($"{id}.documents", "documents", total ?? 0, Better.Higher, NotesCorpus.Documents),
            new Figure($"{id}.page-p95", "ms", Percentile(pages, 0.95), Better.Lower, 10)
            {
                Note = $"25 documents, two conditions that leave 1 in 100 to 9 in 10, ordered by a float or a text in both directions, {Pages} pages, " +
                    $"{pagesProcessor.TotalMilliseconds / Pages:F2} ms processor, median {Percentile(pages, 0.5).ToString("F2", CultureInfo.InvariantCulture)}",
            },
            new Figure($"{id}.search-p95", "ms", Percentile(searches, 0.95), Better.Lower)
            {
                Note = $"the same with texts that contain another, median {Percentile(searches, 0.5).ToString("F2", CultureInfo.InvariantCulture)}",
            },
            new Figure($"{id}.single-p95", "ms", Percentile(singles, 0.95), Better.Lower, 2)
            {
                Note = $"by id, {Singles} reads, median {Percentile(singles, 0.5).ToString("F2", CultureInfo.InvariantCulture)}",
            },
            new Figure($"{id}.memory", "MiB", Process.GetCurrentProcess().WorkingSet64 / 1048576.0, Better.Lower)
            {
                Note = "resident memory of the process, the signed entries of the benchmark included",
            },
        ];
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);

    private static DocumentFilter[] Conditions(Random random) =>
    [
        DocumentFilter.Of("count", FilterOperator.Greater, random.Next(90_000)),
        random.Next(2) == 0
            ? DocumentFilter.Of("done", FilterOperator.Equal, true)
            : DocumentFilter.Of("project", FilterOperator.Equal, $"project {random.Next(100):00}"),
    ];

    private static DocumentFilter[] Search(Random random) =>
    [
        DocumentFilter.Of("title", FilterOperator.Contains, $"note {random.Next(10, 100)}"),
        DocumentFilter.Of("count", FilterOperator.Greater, random.Next(90_000)),
    ];

    private static async Task<List<double>> PagesAsync(
        MaterialisedDocuments documents, Schema schema, Func<Random, DocumentFilter[]> filters, CancellationToken cancellation)
    {
        var random = new Random(11);
        var times = new List<double>();
        for (var i = 0; i < Pages; i++)
        {
            var query = new CollectionQuery
            {
                Schema = schema,
                Filters = filters(random),
                Order = new DocumentOrder(DocumentOrderKey.Field, i % 2 == 0 ? "score" : "title", i % 4 < 2),
                Fields = Fields,
            };
            times.Add(await TimeAsync(() => documents.QueryAsync(query, cancellation)).ConfigureAwait(false));
        }

        return times;
    }

    private static async Task<List<double>> SinglesAsync(MaterialisedDocuments documents, NotesCorpus corpus, CancellationToken cancellation)
    {
        var random = new Random(12);
        var times = new List<double>();
        for (var i = 0; i < Singles; i++)
        {
            EntryId id = corpus.Notes[random.Next(NotesCorpus.Documents)].Id;
            times.Add(await TimeAsync(() => documents.FindAsync(id, Fields, cancellation)).ConfigureAwait(false));
        }

        return times;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work().ConfigureAwait(false);
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Percentile(List<double> times, double share) => times.Order().ElementAt((int)(share * (times.Count - 1)));
}
