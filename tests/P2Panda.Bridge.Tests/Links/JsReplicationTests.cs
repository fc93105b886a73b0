using System.Diagnostics;
using System.Text.Json;
using P2Panda.Bridge.Links;
using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Tests.Support;
using P2Panda.Core.Logs;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Bridge.Tests.Links;

/// <summary>A peer written from the description of aquadoggo's protocol alone, on js-libp2p.</summary>
public sealed class JsReplicationTests(ITestOutputHelper output)
{
    private static readonly string[] System = ["schema_definition_v1", "schema_field_definition_v1", "blob_v1", "blob_piece_v1"];

    [Theory]
    [InlineData("request", "/ip4/127.0.0.1/tcp/0")]
    [InlineData("answer", "/ip4/127.0.0.1/tcp/0")]
    [InlineData("request", "/ip4/127.0.0.1/udp/0/quic-v1")]
    [InlineData("answer", "/ip4/127.0.0.1/udp/0/quic-v1")]
    public async Task AThousandEntriesCrossBothWays(string role, string listen)
    {
        using var ada = new AppAuthor(1);
        using var bob = new AppAuthor(2);
        var chat = ada.DefineSchema("chat");
        for (var i = 0; i < 833; i++)
        {
            var line = ada.Create(chat, $"from here {i}");
            var other = bob.Create(chat, $"from there {i}");
            if (i % 5 == 0)
            {
                ada.Update(chat, line.Id, line.Id, "edited here");
                bob.Update(chat, other.Id, other.Id, "edited there");
            }
        }

        await using var gateway = await BridgeNode.StartAsync(listen, options: new ReplicationServiceOptions
        {
            // All in one session, as the peer counts.
            Sessions = new ReplicationOptions { FirstBatch = 5000 },
        });
        await gateway.PublishAsync(ada.Written);
        var all = ada.Written.Count + bob.Written.Count;
        var result = await RunAsync(gateway, role, [.. System, chat.Text], bob.Written, all);

        result.GetProperty("sent").GetInt32().ShouldBe(bob.Written.Count);
        var received = result.GetProperty("received").EnumerateArray().Select(pair => pair[0].GetString() + pair[1].GetString()).Distinct();
        received.ShouldBe(ada.Written.Select(Text), ignoreOrder: true);
        gateway.Service.Counters.Received(IntakeVerdict.Stored).ShouldBe(bob.Written.Count);
        output.WriteLine($"{role} over {listen}: {bob.Written.Count} received, {ada.Written.Count} sent");
    }

    [Fact]
    public async Task EveryKnownPitfallIsSurvived()
    {
        using var ada = new AppAuthor(1);
        using var bob = new AppAuthor(2);
        var chat = ada.DefineSchema("chat");
        var line = bob.Create(chat, "one");
        for (var i = 0; i < 10; i++)
        {
            line = bob.Update(chat, bob.Written[0].Id, line.Id, $"edit {i}");
        }

        await using var gateway = await BridgeNode.StartAsync("/ip4/127.0.0.1/tcp/0");
        await gateway.PublishAsync(ada.Written);
        var result = await RunAsync(gateway, "pitfalls", [.. System, chat.Text], bob.Written, ada.Written.Count + bob.Written.Count);

        foreach (var property in result.EnumerateObject())
        {
            output.WriteLine($"{property.Name}: {property.Value}");
        }

        result.EnumerateObject().Count().ShouldBe(13 + 5 + 3 + 2);
        result.GetProperty("connected").GetString().ShouldBe("open");
        gateway.Service.Counters.StreamsRefused.ShouldBe(13);
        await Eventually.BeTrueAsync(() => gateway.Store.EntryCount == ada.Written.Count + bob.Written.Count, "entries that came backwards");
    }

    private static string Text(VerifiedEntry entry) =>
        Convert.ToHexStringLower(entry.EntryBytes.Span) + Convert.ToHexStringLower(entry.PayloadBytes!.Value.Span);

    /// <summary>Runs the peer. It stays until the gateway has as many entries as expected: what is read last must not be cut off by its leaving.</summary>
    private static async Task<JsonElement> RunAsync(BridgeNode gateway, string role, string[] schemas, IEnumerable<VerifiedEntry> entries, int expected)
    {
        var folder = Path.Combine(TestVectors.RepositoryRoot, "tests", "P2Panda.Libp2p.Interop.Tests", "js");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException("The js peers are not installed: run \"make setup\".");
        }

        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(entries.Select(entry => new
            {
                entry = Convert.ToHexStringLower(entry.EntryBytes.Span),
                operation = Convert.ToHexStringLower(entry.PayloadBytes!.Value.Span),
                author = entry.Log.Author.ToString(),
                log = entry.Log.LogId.ToUInt64(),
                seq = entry.SequenceNumber,
            })));
            var start = new ProcessStartInfo(
                "node",
                ["replicate.mjs", "--dial", gateway.Address.ToString(), "--role", role, "--schemas", string.Join(',', schemas), "--entries", file])
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            string? line;
            do
            {
                line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(3));
            }
            while (line is not null && !line.StartsWith('{'));

            if (line is null)
            {
                throw new InvalidOperationException(await error);
            }

            await Eventually.BeTrueAsync(() => gateway.Store.EntryCount == expected, "what the peer sent");
            process.StandardInput.Close();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
