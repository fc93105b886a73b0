using P2Panda.Store;
using Xunit.Abstractions;

namespace P2Panda.Documents.Tests;

/// <summary>A gateway that is killed while it takes operations in goes on afterwards as if nothing had been.</summary>
public abstract class KillContract(ITestOutputHelper output)
{
    private const int Rounds = 8;

    /// <summary>Where the store is that the gateway writes to and that is looked at after its death.</summary>
    private protected abstract string Location { get; }

    [Fact]
    [Trait("duration", "long")]
    public async Task Kill_9_leaves_documents_in_step_with_the_logs()
    {
        var random = new Random(20261126);
        var behind = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using (var gateway = new GatewayProcess(Location, author: 0))
            {
                await gateway.AppendsAsync(1 + random.Next(1, 12));
                await gateway.KillAsync();
            }

            await AfterKillAsync(round);
            await using var store = await StoreLocation.Parse(Location).OpenAsync("inspector");
            await using var documents = await MaterialisedDocuments.OpenAsync(store);
            behind += documents.ReadTo < store.LastChange ? 1 : 0;
            await documents.CompleteAsync();
            var (operations, _) = await documents.CountAsync();
            operations.ShouldBe(store.EntryCount);
            var dump = await TableDump.OfAsync(documents);
            await documents.RebuildAsync();
            (await TableDump.OfAsync(documents)).ShouldBe(dump);
        }

        output.WriteLine($"{behind} of {Rounds} kills left entries that were not taken in");
        behind.ShouldBeGreaterThan(0);
    }

    /// <summary>What else befalls the store before somebody looks at it.</summary>
    private protected virtual Task AfterKillAsync(int round) => Task.CompletedTask;
}
