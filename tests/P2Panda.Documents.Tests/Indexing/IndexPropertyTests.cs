using System.Data.Common;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Indexing;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;
using P2Panda.Documents.Tests.Materialisation;
using P2Panda.Store;

namespace P2Panda.Documents.Tests.Indexing;

/// <summary>
/// Documents of several authors arrive in any order, mixed with one another and with the definition of their schema, some operations twice,
/// with restarts in between: the tables say what a plain computation from the operations alone says.
/// </summary>
public sealed class IndexPropertyTests
{
    private const int DocumentsPerRound = 100;
    private const int LongestDocument = 16;
    private static readonly PublicKey[] Authors = [.. Enumerable.Range(1, 4).Select(i => new PublicKey(Enumerable.Repeat((byte)i, 32).ToArray()))];

    [Fact]
    public void AnyOrderOfArrivalGivesWhatRecomputationGives() => Check(rounds: 50, seed: 1);

    [Fact]
    [Trait("duration", "long")]
    public void AHundredThousandDocumentsGiveWhatRecomputationGives() => Check(rounds: 1000, seed: 2);

    private static void Check(int rounds, int seed) => Parallel.For(0, rounds, round => CheckRound(new Random((seed * 1_000_003) + round), round));

    private static void CheckRound(Random random, int round)
    {
        using var tables = new MemoryTables();
        var documents = Enumerable.Range(0, DocumentsPerRound)
            .Select(_ => new RandomDocument(random, 1 + random.Next(LongestDocument), NotesSchema.Id)).ToList();
        var operations = NotesSchema.Operations.Concat(documents.SelectMany(document => document.Operations)).ToList();
        operations.AddRange(Enumerable.Range(0, operations.Count / 10).Select(_ => operations[random.Next(operations.Count)]));
        var delivered = operations.ToArray();
        random.Shuffle(delivered);

        Write(tables, sql => DocumentTables.Reset(sql));
        SchemaSet? schemas = null;
        var readTo = 0L;
        var hasPending = false;
        for (var i = 0; i < delivered.Length || hasPending;)
        {
            var batch = delivered[i..Math.Min(delivered.Length, i + random.Next(1, 200))];
            i += batch.Length;
            var incoming = batch.Select((item, n) => new IncomingOperation(
                item.Id,
                new LogKey(LogFormat.Bamboo, Authors[random.Next(Authors.Length)], LogId.FromUInt64((ulong)(i + n))),
                1,
                item.Operation)).ToList();
            var result = Write(tables, sql => new DocumentIndexer(sql, schemas).Apply(incoming, 0, readTo, readTo + batch.Length, 50));
            result.IsTaken.ShouldBeTrue();
            readTo += batch.Length;
            hasPending = result.HasPending;

            // Now and then everything that was in memory is lost.
            schemas = random.Next(4) == 0 ? null : result.Schemas;
        }

        var schema = Write(tables, sql => new DocumentIndexer(sql, null).Apply([], 0, readTo, readTo, 0)).Schemas.Find(NotesSchema.Id)!.Schema;
        foreach (var document in documents)
        {
            var expected = Recomputation.Of(
                document.Operations, document.DocumentId, operation => operation.SchemaId != NotesSchema.Id || schema.Validate(operation) == SchemaViolation.None);
            Write(tables, sql => Stored(sql, document.DocumentId)).ShouldBe(expected, $"round {round}");
        }
    }

    private static T Write<T>(MemoryTables tables, Func<SqlSession, T> work) =>
        tables.WriteAsync(connection => work(SqlSession.On(connection, tables.Dialect))).GetAwaiter().GetResult();

    private static void Write(MemoryTables tables, Action<SqlSession> work) => Write(tables, sql =>
    {
        work(sql);
        return true;
    });

    /// <summary>What the tables say, in the form of the computation.</summary>
    private static Recomputation.Result? Stored(SqlSession sql, EntryId document)
    {
        var key = ValueKey.Of(document);
        var views = sql.Query(
            "SELECT number, view_id, is_deleted FROM documents_views WHERE document = @1 AND is_current = 1",
            row => (Number: row.GetInt64(0), ViewId: ValueKey.ToView(row.GetFieldValue<byte[]>(1)), IsDeleted: row.GetInt64(2) != 0),
            key);
        if (views.Count == 0)
        {
            return null;
        }

        var order = sql.Query(
            "SELECT operation, payload FROM documents_operations WHERE document = @1 AND position IS NOT NULL ORDER BY position",
            row => (Id: ValueKey.ToEntryId(row.GetFieldValue<byte[]>(0)), Operation: Operation.Decode(row.GetFieldValue<byte[]>(1)).Operation!),
            key);
        var fields = sql.Query(
            "SELECT field, value FROM documents_fields WHERE number = @1 ORDER BY field",
            row => (Name: ((char)('a' + row.GetInt64(0))).ToString(), Value: ValueKey.ToInteger(row.GetFieldValue<byte[]>(1))),
            views[0].Number);
        return new Recomputation.Result(
            string.Join(' ', order.Select(item => item.Id)),
            views[0].ViewId.ToString(),
            views[0].IsDeleted,
            string.Join(';', fields.Select(field => $"{field.Name}={field.Value} by {SetBy(order, field.Name)}")));
    }

    private static EntryId SetBy(IEnumerable<(EntryId Id, Operation Operation)> order, string name) =>
        order.Last(item => item.Operation.Fields!.TryGetValue(name, out _)).Id;
}
