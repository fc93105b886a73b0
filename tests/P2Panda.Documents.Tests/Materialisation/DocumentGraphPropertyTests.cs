using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;

namespace P2Panda.Documents.Tests.Materialisation;

public sealed class DocumentGraphPropertyTests
{
    private const int LongestDocument = 16;

    [Fact]
    public void AnyOrderOfArrivalGivesWhatRecomputationGives() => Check(graphs: 5_000, seed: 1);

    [Fact]
    [Trait("duration", "long")]
    public void AHundredThousandGraphsGiveWhatRecomputationGives() => Check(graphs: 100_000, seed: 2);

    private static void Check(int graphs, int seed) => Parallel.For(0, graphs, number =>
    {
        var random = new Random((seed * 1_000_003) + number);
        var document = new RandomDocument(random, 1 + random.Next(LongestDocument));
        var delivered = document.Operations.ToArray();
        random.Shuffle(delivered);
        var graph = new DocumentGraph(document.DocumentId);
        var arrived = new List<(EntryId Id, Operation Operation)>();
        foreach (var (id, operation) in delivered)
        {
            graph.Add(id, operation).ShouldBeTrue();
            arrived.Add((id, operation));
            var again = arrived[random.Next(arrived.Count)];
            graph.Add(again.Id, again.Operation).ShouldBeFalse("a duplicate changes nothing");
            if (random.Next(4) == 0)
            {
                Compare(graph.Materialise(), Recomputation.Of(arrived, document.DocumentId), number);
            }
        }

        Compare(graph.Materialise(), Recomputation.Of(arrived, document.DocumentId), number);
        CheckOlderViews(graph, document, random, number);
    });

    /// <summary>What an author saw at the time is what a graph of just those operations shows.</summary>
    private static void CheckOlderViews(DocumentGraph graph, RandomDocument document, Random random, int number)
    {
        var seen = document.Operations[random.Next(document.Operations.Count)];
        if (seen.Operation.Previous is not { } viewId)
        {
            return;
        }

        var ancestors = new List<(EntryId Id, Operation Operation)>();
        var open = new Queue<EntryId>(viewId.OperationIds);
        var complete = true;
        while (open.TryDequeue(out var id))
        {
            var operation = document.Operations.FirstOrDefault(item => item.Id == id).Operation;
            complete &= operation is not null;
            if (operation is null || ancestors.Any(item => item.Id == id))
            {
                continue;
            }

            ancestors.Add((id, operation));
            foreach (var previous in operation.Previous?.OperationIds ?? [])
            {
                open.Enqueue(previous);
            }
        }

        var expected = complete ? Recomputation.Of(ancestors, document.DocumentId) : null;
        Compare(graph.MaterialiseAt(viewId), expected?.ViewId == viewId.ToString() ? expected : null, number);
    }

    private static void Compare(DocumentView? view, Recomputation.Result? expected, int number)
    {
        var actual = view is null ? null : new Recomputation.Result(
            string.Join(' ', view.Order),
            view.ViewId.ToString(),
            view.IsDeleted,
            string.Join(';', view.Fields.Select(field => $"{field.Key}={field.Value.Value.AsInteger} by {field.Value.SetBy}")));
        actual.ShouldBe(expected, $"graph {number}");
    }
}
