using P2Panda.Store.Tests;
using Xunit.Abstractions;

namespace P2Panda.Documents.Tests;

public sealed class SqliteKillTests(ITestOutputHelper output) : KillContract(output), IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private protected override string Location => _folder.File("logs.db");

    public void Dispose() => _folder.Delete();
}
