using System.Globalization;
using System.Text.Json;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Bridge;

/// <summary>The program is killed again and again while it takes entries in or hands them out.</summary>
public sealed class KilledWhileReplicatingTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 50;
    private const int EntriesPerRound = 300;

    /// <summary>Milliseconds after the first bytes of a transfer within which a kill comes: sometimes before the first commit, sometimes between two.</summary>
    private const int LatestKill = 400;

    private readonly GatewayProgram _program = new();
    private readonly Random _random = new(11);

    public void Dispose() => _program.Dispose();

    // One start in a few finds no transfer within a minute, for a reason not yet known: not counted until it is.
    [Fact]
    [Trait("duration", "soak")]
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
            var stored = File.Exists(_program.PathOf("logs.db")) ? Stored() : 0;
            var phase = round % 2 == 0 || stored < EntriesPerRound
                ? await KillWhileItReceivesAsync(source, author, chat)
                : await KillWhileItSendsAsync(stored);
            if (phase is not null)
            {
                phases[phase] = phases.GetValueOrDefault(phase) + 1;
                output.WriteLine($"round {++round}: {phase}");
            }
        }

        using (var last = new RunningProgram(Start()))
        {
            var address = AddressOf(last);
            await source.Host.ConnectAsync(address);
            await using var empty = await BridgeNode.StartAsync("/ip4/127.0.0.1/tcp/0");
            await empty.Host.ConnectAsync(address);
            await Eventually.BeTrueAsync(() => empty.Store.EntryCount == author.Written.Count, "everything at a node that only knows the victim", 120);
            (await empty.EntriesAsync()).ShouldBe(await source.EntriesAsync());
            last.Stop().ShouldBe(0);
        }

        Stored().ShouldBe(author.Written.Count);
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
            () => source.Service.Counters.BytesSent >= target || source.Service.Counters.EntriesSent > entries + 2, "a transfer");
        await Task.Delay(_random.Next(LatestKill));
        victim.Kill();
        await connection.Closed;
        var stored = Stored();
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

    /// <summary>Entries in the database, each verified again with its links.</summary>
    private long Stored()
    {
        var verified = _program.Run("verify", _program.PathOf("logs.db"), "--json");
        verified.ExitCode.ShouldBe(0, verified.Error);
        return JsonDocument.Parse(verified.Output).RootElement.GetProperty("verified").GetInt64();
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
