using System.Diagnostics;
using P2Panda.Store.Sqlite;
using P2Panda.Store.Tests;
using Xunit.Abstractions;

namespace P2Panda.Documents.Tests;

/// <summary>A gateway that is killed while it takes operations in goes on afterwards as if nothing had been.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Delete();

    [Fact]
    [Trait("duration", "long")]
    public async Task Kill_9_leaves_documents_in_step_with_the_logs()
    {
        var database = _folder.File("logs.db");
        var random = new Random(20261126);
        var behind = 0;
        for (var round = 0; round < Rounds; round++)
        {
            await RunUntilKilledAsync(database, random.Next(1, 12));
            await using var store = SqliteLogStore.Open(database);
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

    private static async Task RunUntilKilledAsync(string database, int lines)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "P2Panda.Documents.CrashHost.dll"));
        start.ArgumentList.Add(database);
        using var host = Process.Start(start)!;
        for (var i = 0; await host.StandardOutput.ReadLineAsync() is not null; i++)
        {
            if (i == lines)
            {
                host.Kill();
            }
        }

        await host.WaitForExitAsync();
        host.ExitCode.ShouldBe(128 + 9);
    }
}
