using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using P2Panda.Core.Logs;
using P2Panda.Store.Sqlite;
using Xunit.Abstractions;

namespace P2Panda.Store.Tests.Sqlite;

/// <summary>A gateway that is killed while it writes has lost nothing that it acknowledged.</summary>
public sealed class SqliteKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 24;
    private const int Writers = 4;
    private const int CounterWriter = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly ulong[] _begun = new ulong[Writers];
    private readonly ulong[] _acknowledged = new ulong[Writers];

    public void Dispose() => _folder.Delete();

    [Fact]
    public async Task Kill_9_loses_no_acknowledged_entry()
    {
        var database = _folder.File("logs.db");
        var random = new Random(20260301);
        var inFlight = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var unacknowledged = await RunUntilKilledAsync(database, random.Next(4, 160));
            inFlight += unacknowledged > 0 ? 1 : 0;
            await VerifyAsync(database);
        }

        output.WriteLine($"{inFlight} of {Rounds} kills landed while an append was unacknowledged");
        inFlight.ShouldBeGreaterThanOrEqualTo(20);
    }

    /// <summary>Kills the host at a moment when it has begun something; gives the number of writers that never got an answer.</summary>
    private async Task<int> RunUntilKilledAsync(string database, int lines)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "P2Panda.Store.CrashHost.dll"));
        start.ArgumentList.Add(database);
        using var host = Process.Start(start)!;
        var isOpen = new bool[Writers];
        for (var i = 0; await host.StandardOutput.ReadLineAsync() is { } line; i++)
        {
            var parts = line.Split(' ');
            if (parts is not ["begin" or "ack", _, _])
            {
                continue; // Cut off by the kill.
            }

            var writer = int.Parse(parts[1], CultureInfo.InvariantCulture);
            var height = ulong.Parse(parts[2], CultureInfo.InvariantCulture);
            isOpen[writer] = parts[0] == "begin";
            (isOpen[writer] ? _begun : _acknowledged)[writer] = height;
            if (i >= lines && isOpen[writer])
            {
                host.Kill();
            }
        }

        await host.WaitForExitAsync();
        host.ExitCode.ShouldBe(128 + 9);
        return isOpen.Count(open => open);
    }

    private async Task VerifyAsync(string database)
    {
        await using var store = SqliteLogStore.Open(database);
        store.CheckIntegrity().ShouldBeEmpty();
        long entries = 0;
        for (var writer = 0; writer < CounterWriter; writer++)
        {
            var log = new TestLog(writer);
            var height = store.View.HeightOf(log.Key) ?? 0;
            height.ShouldBeInRange(_acknowledged[writer], _begun[writer]);
            for (ulong position = 1; position <= height; position++)
            {
                (await store.ReadAsync(log.Key, position))!.Id.ShouldBe(log[position].Id);
            }

            entries += (long)height;
        }

        store.EntryCount.ShouldBe(entries);
        store.BufferedCount.ShouldBeLessThan(4);
        var seen = 0;
        for (var page = await store.ReadChangesAsync(0, 500); ; page = await store.ReadChangesAsync(page.ReadTo, 500))
        {
            seen += page.Changes.Count;
            if (!page.HasMore)
            {
                break;
            }
        }

        seen.ShouldBe((int)entries);
        var count = store.Marks.Read(MarkKind.Counter, "count"u8);
        (count is null ? 0 : BinaryPrimitives.ReadUInt64BigEndian(count)).ShouldBeInRange(
            _acknowledged[CounterWriter], _begun[CounterWriter]);
    }
}
