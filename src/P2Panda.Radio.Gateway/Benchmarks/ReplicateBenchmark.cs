using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Bridge.Index;
using P2Panda.Bridge.Links;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using P2Panda.Libp2p.Quic;
using P2Panda.Store;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>
/// Two gateways, each with a database on disk and a libp2p host, meet over QUIC on loopback: one has 10 000 entries, the other none. Both
/// run in this process and share its processors.
/// </summary>
internal sealed class ReplicateBenchmark : Benchmark
{
    private const int Authors = 20;
    private const int DocumentsPerAuthor = 50;
    private const int EntriesPerDocument = 10;
    private const int Entries = Authors * DocumentsPerAuthor * EntriesPerDocument;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public override string Name => "replicate";

    public override string Description => "10 000 entries from one gateway to another over QUIC on loopback, durable at the end";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        var folder = DiskFolder.Create("replicate");
        try
        {
            progress.Report($"signing {Entries} entries in {Authors * DocumentsPerAuthor} documents");
            var signed = SignAll();
            var (elapsed, bytes, raw, sessions) = ReplicateAsync(folder.FullName, signed, progress, cancellation).GetAwaiter().GetResult();
            yield return new Figure("replicate.rate", "entries/s", signed.Count / elapsed.TotalSeconds, Better.Higher, 3000)
            {
                Note = $"{signed.Count} entries, from dialing until the last is durable (SQLite, synchronous=FULL); aquadoggo 0.9.1: about 140",
            };
            yield return new Figure("replicate.bytes-per-entry", "bytes", (double)bytes / signed.Count, Better.Lower)
            {
                Note = $"on the replication streams, both directions, {sessions} sessions; an entry with its operation has {(double)raw / signed.Count:0}",
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(TimeSpan Elapsed, long Bytes, long Raw, long Sessions)> ReplicateAsync(
        string folder, List<VerifiedEntry> signed, IProgress<string> progress, CancellationToken cancellation)
    {
        await using var from = new Gateway(Path.Combine(folder, "from.db"));
        await using var to = new Gateway(Path.Combine(folder, "to.db"));
        foreach (var batch in signed.Chunk(1000))
        {
            await from.Store.AppendAsync(batch, RetentionClass.Kept, cancellation).ConfigureAwait(false);
        }

        var address = await from.StartAsync(cancellation).ConfigureAwait(false);
        await to.StartAsync(cancellation).ConfigureAwait(false);
        progress.Report("replicating");
        var clock = Stopwatch.StartNew();
        await to.Host.ConnectAsync(address, cancellation).ConfigureAwait(false);
        while (to.Store.EntryCount < signed.Count)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            await to.Store.WaitForChangesAsync(to.Store.LastChange, patience.Token).ConfigureAwait(false);
        }

        var elapsed = clock.Elapsed;
        return (
            elapsed,
            from.Replication.Counters.BytesSent + to.Replication.Counters.BytesSent,
            signed.Sum(entry => (long)entry.EntryBytes.Length + entry.PayloadBytes!.Value.Length),
            to.Replication.Counters.SessionsCompleted);
    }

    /// <summary>A schema, then documents that their authors change line by line, as they come in from many at once.</summary>
    private static List<VerifiedEntry> SignAll()
    {
        var random = new Random(9);
        var signed = new List<VerifiedEntry>(Entries + 2);
        var authors = Enumerable.Range(0, Authors).Select(_ =>
        {
            var seed = new byte[Core.Keys.KeyPair.SeedLength];
            random.NextBytes(seed);
            return Core.Keys.KeyPair.FromSeed(seed);
        }).ToList();
        var field = Write(authors[0], 0, [], Operation.Create(SchemaId.SchemaFieldDefinition, Fields(("name", "message"), ("type", "str"))));
        var definition = Write(authors[0], 1, [], Operation.Create(SchemaId.SchemaDefinition, new PlainFields(
        [
            .. Fields(("name", "chat"), ("description", "benchmark")),
            KeyValuePair.Create("fields", PlainValue.PinnedRelationList([DocumentViewId.Of(field)])),
        ])));
        var chat = SchemaId.Application("chat", DocumentViewId.Of(definition));
        var logs = Enumerable.Range(0, Authors * DocumentsPerAuthor).Select(_ => new List<EntryId>()).ToList();
        for (var line = 0; line < EntriesPerDocument; line++)
        {
            for (var log = 0; log < logs.Count; log++)
            {
                var fields = Fields(("message", $"line {line} of document {log}, {random.Next()}"));
                var ids = logs[log];
                ids.Add(Write(
                    authors[log % Authors],
                    (ulong)(2 + (log / Authors)),
                    ids,
                    line == 0 ? Operation.Create(chat, fields) : Operation.Update(chat, DocumentViewId.Of(ids[^1]), fields)));
            }
        }

        authors.ForEach(author => author.Dispose());
        return signed;

        EntryId Write(Core.Keys.KeyPair author, ulong log, List<EntryId> ids, Operation operation)
        {
            var position = (ulong)ids.Count + 1;
            EntryId? backlink = ids.Count > 0 ? ids[^1] : null;
            EntryId? skiplink = position > 1 && Lipmaa.NeedsSkiplink(position) ? ids[(int)Lipmaa.LinkOf(position) - 1] : null;
            var entry = BambooEntry.Sign(author, log, position, skiplink, backlink, operation.EncodedBytes.Span);
            signed.Add(BambooEntry.Verify(entry, operation.EncodedBytes).Entry!);
            return signed[^1].Id;
        }

        static PlainFields Fields(params (string Name, string Value)[] fields) =>
            new(fields.Select(each => KeyValuePair.Create(each.Name, PlainValue.String(each.Value))));
    }

    private sealed class Gateway : IAsyncDisposable
    {
        private readonly StoreIndex _index;

        public Gateway(string database)
        {
            Store = SqliteLogStore.Open(database);
            _index = new StoreIndex(Store);
            Replication = new ReplicationService(
                Store,
                _index,
                new ReplicationServiceOptions(),
                null,
                TimeProvider.System,
                NullLogger<ReplicationService>.Instance);
            Host = new Libp2pHostBuilder(KeyPair.Generate()).Use(each => new QuicTransport(each.Identity, null, each.Time)).Build();
            Host.Handle(Replication);
        }

        public SqliteLogStore Store { get; }

        public ReplicationService Replication { get; }

        public Libp2pHost Host { get; }

        public async Task<Multiaddr> StartAsync(CancellationToken cancellation)
        {
            await Replication.StartAsync(Host, cancellation).ConfigureAwait(false);
            await Host.ListenAsync(Multiaddr.Parse("/ip4/127.0.0.1/udp/0/quic-v1"), cancellation).ConfigureAwait(false);
            return Host.Addresses.Listening[0].WithPeer(Host.PeerId);
        }

        public async ValueTask DisposeAsync()
        {
            await Replication.DisposeAsync().ConfigureAwait(false);
            await Host.DisposeAsync().ConfigureAwait(false);
            _index.Dispose();
            await Store.DisposeAsync().ConfigureAwait(false);
        }
    }
}
