using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using P2Panda.Store.Sqlite;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Bridge;

/// <summary>The program is killed again and again while it takes entries in from a peer or from apps, or hands them out.</summary>
public sealed class KilledWhileReplicatingTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 50;
    private const int EntriesPerRound = 300;
    private const int Apps = 4;

    /// <summary>Milliseconds after the first bytes of a transfer within which a kill comes: sometimes before the first commit, sometimes between two.</summary>
    private const int LatestKill = 400;

    private readonly GatewayProgram _program = new();
    private readonly Random _random = new(11);

    public void Dispose() => _program.Dispose();

    [Fact]
    [Trait("duration", "long")]
    public async Task NothingIsLostNothingIsDoubledAndItConverges()
    {
        using var author = new AppAuthor(1);
        var chat = author.DefineSchema("chat");
        await using var source = await BridgeNode.StartAsync("/ip4/127.0.0.1/tcp/0");
        await source.PublishAsync(author.Written);
        var phases = new Dictionary<string, int>();
        for (var (round, tries) = (0, 0); round < Rounds; tries++)
        {
            tries.ShouldBeLessThan(2 * Rounds, "most kills come too late");
            var stored = File.Exists(_program.PathOf("logs.db")) ? await StoredAsync() : [];
            var phase = stored.Count < EntriesPerRound ? await KillWhileItReceivesAsync(source, author, chat) : (round % 3) switch
            {
                0 => await KillWhileItReceivesAsync(source, author, chat),
                1 => await KillWhileAppsPublishAsync(source, author, chat),
                _ => await KillWhileItSendsAsync(stored.Count),
            };
            if (phase is not null)
            {
                phases[phase] = phases.GetValueOrDefault(phase) + 1;
                output.WriteLine($"round {++round}: {phase}");
            }
        }

        using (var last = new RunningProgram(Start()))
        {
            var address = AddressOf(last);
            await using var empty = await BridgeNode.StartAsync("/ip4/127.0.0.1/tcp/0");
            var toSource = await source.Host.ConnectAsync(address);
            var toEmpty = await empty.Host.ConnectAsync(address);
            await Eventually.BeTrueAsync(
                () => empty.Store.EntryCount == author.Written.Count || toSource.Closed.IsCompleted || toEmpty.Closed.IsCompleted,
                "everything at a node that only knows the victim",
                120);
            (await empty.EntriesAsync()).Count.ShouldBe(author.Written.Count, $"{Ending(toSource)}; {Ending(toEmpty)}");
            (await empty.EntriesAsync()).ShouldBe(await source.EntriesAsync());
            last.Stop().ShouldBe(0);
        }

        var verified = _program.Run("verify", _program.PathOf("logs.db"), "--json");
        verified.ExitCode.ShouldBe(0, verified.Error);
        JsonDocument.Parse(verified.Output).RootElement.GetProperty("verified").GetInt64().ShouldBe(author.Written.Count);
        var exported = _program.Run("entries", "export", "--set", $"store.path={_program.PathOf("logs.db")}").Lines
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("entry").GetString()!).ToList();
        exported.ShouldBe(author.Written.Select(entry => Convert.ToHexStringLower(entry.EntryBytes.Span)), ignoreOrder: true);
        output.WriteLine(string.Join("; ", phases.Select(pair => $"{pair.Value} × {pair.Key}")) + $"; {exported.Count} entries at the end, none lost, none doubled");
        phases.Values.Sum().ShouldBe(Rounds);
    }

    /// <summary>New entries at our end; the kill lands when some of them are on their way. What is stored then is whole.</summary>
    /// <returns>The phase; none when everything had arrived before the kill.</returns>
    private async Task<string?> KillWhileItReceivesAsync(BridgeNode source, AppAuthor author, SchemaId chat)
    {
        var before = author.Written.Count;
        for (var i = 0; i < EntriesPerRound; i++)
        {
            author.Create(chat, string.Create(CultureInfo.InvariantCulture, $"line {before + i}"));
        }

        await source.PublishAsync(author.Written.Skip(before));
        using var victim = new RunningProgram(Start());
        var (sent, entries) = (source.Service.Counters.BytesSent, source.Service.Counters.EntriesSent);
        var connection = await source.Host.ConnectAsync(AddressOf(victim));
        var target = sent + 5_000 + _random.Next(EntriesPerRound * 250);
        // A whole session may be shorter; then its last entries have just been written.
        await Eventually.BeTrueAsync(
            () => source.Service.Counters.BytesSent >= target || source.Service.Counters.EntriesSent > entries + 2 || connection.Closed.IsCompleted, "a transfer");
        connection.Closed.IsCompleted.ShouldBeFalse(Ending(connection));
        await Task.Delay(_random.Next(LatestKill));
        victim.Kill();
        await connection.Closed;
        var stored = (await StoredAsync()).Count;
        return stored < author.Written.Count ? stored > before ? "some of the entries stored, others on their way" : "entries on their way, none stored" : null;
    }

    /// <summary>An empty node fetches everything; the kill lands when it has some of it.</summary>
    private async Task<string?> KillWhileItSendsAsync(long entries)
    {
        using var victim = new RunningProgram(Start());
        await using var empty = await BridgeNode.StartAsync("/ip4/127.0.0.1/tcp/0");
        var connection = await empty.Host.ConnectAsync(AddressOf(victim));
        var target = 2_000 + _random.Next((int)Math.Min(entries * 150, 60_000));
        await Eventually.BeTrueAsync(() => empty.Service.Counters.BytesReceived > target || connection.Closed.IsCompleted, "a transfer");
        victim.Kill();
        await connection.Closed;
        return empty.Store.EntryCount < entries ? "handing entries out" : null;
    }

    /// <summary>Some apps publish; the kill lands while requests have no answer yet. What was answered is stored.</summary>
    private async Task<string?> KillWhileAppsPublishAsync(BridgeNode source, AppAuthor author, SchemaId chat)
    {
        var before = author.Written.Count;
        for (var i = 0; i < EntriesPerRound; i++)
        {
            author.Create(chat, string.Create(CultureInfo.InvariantCulture, $"said {before + i}"));
        }

        var entries = new ConcurrentQueue<VerifiedEntry>(author.Written.Skip(before));
        var answered = new ConcurrentBag<EntryId>();
        var unanswered = 0;
        using var victim = RunningGateway.Start(_program, "--radio", "none", "--set", $"store.path={_program.PathOf("logs.db")}");
        var killAfter = 1 + _random.Next(EntriesPerRound / 2);
        var apps = Enumerable.Range(0, Apps).Select(async _ =>
        {
            while (entries.TryDequeue(out var entry))
            {
                try
                {
                    if (await victim.PublishAsync(entry))
                    {
                        answered.Add(entry.Id);
                    }
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref unanswered);
                    return;
                }
            }
        }).ToList();
        await Eventually.BeTrueAsync(() => answered.Count >= killAfter || apps.All(app => app.IsCompleted), "apps that publish");
        victim.Kill();
        await Task.WhenAll(apps);
        var stored = await StoredAsync();
        answered.ShouldNotBeEmpty();
        answered.Where(id => !stored.Contains(id)).ShouldBeEmpty("answered and lost");
        await source.PublishAsync(author.Written.Skip(before));
        return unanswered > 0 ? "apps publishing, requests without an answer" : null;
    }

    /// <summary>Why a connection that nobody was to close is closed.</summary>
    private static string Ending(Connection connection) => connection.Closed.IsCompleted ? connection.Closed.GetAwaiter().GetResult() : "open";

    /// <summary>Entries in the database, which is whole.</summary>
    private async Task<HashSet<EntryId>> StoredAsync()
    {
        await using var store = SqliteLogStore.Open(_program.PathOf("logs.db"), new SqliteOptions { ReadOnly = true });
        store.CheckIntegrity().ShouldBeEmpty();
        var ids = new HashSet<EntryId>();
        for (long after = 0; ;)
        {
            var page = await store.ReadChangesAsync(after, 1000);
            page.Changes.ShouldAllBe(change => ids.Add(change.Entry.Id));
            if (!page.HasMore)
            {
                return ids;
            }

            after = page.ReadTo;
        }
    }

    private System.Diagnostics.Process Start() => _program.Start(
        "run",
        "--radio", "none",
        "--set", $"store.path={_program.PathOf("logs.db")}",
        "--set", "api.enabled=false",
        "--set", "network.nodePort=0",
        "--set", "network.transport=tcp");

    private static Multiaddr AddressOf(RunningProgram program)
    {
        var line = program.WaitFor("Listening on /ip4/127.0.0.1/tcp/");
        return Multiaddr.Parse(line[line.IndexOf("/ip4/", StringComparison.Ordinal)..].Trim());
    }
}
