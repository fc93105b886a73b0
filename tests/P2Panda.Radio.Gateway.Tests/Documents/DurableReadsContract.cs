using P2Panda.Store;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Documents;

/// <summary>What is true of stores that outlive the process beside the answers themselves.</summary>
public abstract class DurableReadsContract(ITestOutputHelper output) : ReadsContract(output)
{
    /// <summary>A third of the documents is gone, a third seems deleted and the texts of a third are others.</summary>
    private static readonly string[] Damage =
    [
        "DELETE FROM documents_views WHERE number % 3 = 0",
        "UPDATE documents_views SET is_deleted = 1 WHERE number % 3 = 1",
        "UPDATE documents_fields SET value = folded WHERE folded IS NOT NULL AND number % 3 = 2",
        "DELETE FROM documents_schemas",
    ];

    /// <summary>The setting that says where the store is, as NAME=VALUE.</summary>
    private protected abstract string StoreSetting { get; }

    [Fact]
    public async Task Documents_that_were_damaged_are_made_again_by_the_command()
    {
        var (operations, shown) = await Documents.CountAsync();
        await ((IStoreTables)Store).WriteAsync(connection =>
        {
            foreach (var statement in Damage)
            {
                using var command = connection.CreateCommand();
                command.CommandText = statement;
                command.ExecuteNonQuery();
            }

            return true;
        });
        (await FindDifferencesAsync()).Count.ShouldBeGreaterThan(50);
        await CloseStoreAsync();

        using (var program = new GatewayProgram())
        {
            var rebuilt = program.Run("documents", "rebuild", "--set", StoreSetting);
            rebuilt.Error.ShouldBeEmpty();
            rebuilt.ExitCode.ShouldBe(0);
            rebuilt.Lines.ShouldBe([$"{operations} operations, {shown} documents, 6 schemas."]);
        }

        await InitializeAsync();
        await Every_query_is_answered_as_aquadoggo_answered_it();
    }
}
