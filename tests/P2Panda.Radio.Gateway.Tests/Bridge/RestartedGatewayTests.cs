using System.Diagnostics;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Store.Sqlite;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Bridge;

/// <summary>A gateway that died without a word and came back under its old name is no stranger for long, nor taken for alive meanwhile.</summary>
public sealed class RestartedGatewayTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly GatewayProgram _program = new();
    private readonly AppAuthor _author = new(3);

    public void Dispose()
    {
        _author.Dispose();
        _program.Dispose();
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("quic")]
    [Trait("duration", "long")]
    public async Task ReplicationGoesOnWithinSeconds(string transport)
    {
        var schema = _author.DefineSchema("chat");
        string[] mortal =
        [
            "run", "--radio", "none", "--set", "api.enabled=false", "--set", $"network.transport={transport}",
            "--set", $"network.privateKey={_program.PathOf("node.key")}", "--set", $"store.path={_program.PathOf("mortal.db")}",
        ];
        int port;
        using (var first = new RunningProgram(_program.Start([.. mortal, "--set", "network.nodePort=0"])))
        {
            // Free now, and nobody else's for the time of the test.
            var line = first.WaitFor("Listening on /ip4/127.0.0.1/");
            port = int.Parse(line[line.IndexOf("/ip4/", StringComparison.Ordinal)..].Split('/')[4], System.Globalization.CultureInfo.InvariantCulture);
            first.WaitFor("Application started");
            first.Kill();
        }

        var survivor = RunningGateway.Start(
            _program, "--radio", "none", "--set", "network.enabled=true", "--set", $"network.transport={transport}", "--set", "network.nodePort=0",
            "--set", $"network.directNodeAddresses=127.0.0.1:{port}", "--set", $"store.path={_program.PathOf("survivor.db")}");
        using (survivor)
        {
            foreach (var entry in _author.Written)
            {
                (await survivor.PublishAsync(entry)).ShouldBeTrue();
            }

            for (var life = 1; life <= 3; life++)
            {
                using var victim = new RunningProgram(_program.Start([.. mortal, "--set", $"network.nodePort={port}"]));
                victim.WaitFor("Application started");
                var watch = Stopwatch.StartNew();
                var entry = _author.Create(schema, $"life {life}");
                await Eventually.BeTrueAsync(() => survivor.PublishAsync(entry).GetAwaiter().GetResult(), "the schema at the survivor");
                while (await StoredAsync() < _author.Written.Count)
                {
                    watch.Elapsed.ShouldBeLessThan(Patience, $"life {life}: {await StoredAsync()} of {_author.Written.Count}");
                    await Task.Delay(100);
                }

                output.WriteLine($"{transport}, life {life}: everything {watch.Elapsed.TotalSeconds:0.0} s after it had started");
                victim.Kill();
            }
        }
    }

    private async Task<long> StoredAsync()
    {
        await using var store = SqliteLogStore.Open(_program.PathOf("mortal.db"), new SqliteOptions { ReadOnly = true });
        return store.EntryCount;
    }
}
