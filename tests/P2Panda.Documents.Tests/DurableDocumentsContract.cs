namespace P2Panda.Documents.Tests;

/// <summary>What the tables do beside stores that outlive the process.</summary>
public abstract class DurableDocumentsContract : MaterialisedDocumentsContract
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Restarts_at_any_moment_make_no_difference(int seed)
    {
        var random = new Random(seed);
        var order = Published.ToArray();
        random.Shuffle(order);
        foreach (var entry in order)
        {
            await Store.AppendAsync(entry);
            if (random.Next(5) == 0)
            {
                await ReopenAsync();
            }

            if (random.Next(3) == 0)
            {
                await Documents.CatchUpAsync();
            }
        }

        await ReopenAsync();
        await Documents.CompleteAsync();
        var dump = await TableDump.OfAsync(Documents);
        dump.Count.ShouldBeGreaterThan(300);

        await Documents.RebuildAsync();

        (await TableDump.OfAsync(Documents)).ShouldBe(dump);
    }

    [Fact]
    public async Task Numbers_of_changes_go_on_after_a_rebuild()
    {
        await PublishAsync(0);
        var last = Documents.LastChange;
        await Documents.RebuildAsync();
        var changes = await Documents.FindChangesAsync(last, 1000);
        changes.Count.ShouldBe(48);
        changes.ShouldAllBe(change => change.Number > last);
    }
}
