using System.Diagnostics;
using System.Text.Json;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Nat.Tests;

/// <summary>The js-libp2p node of the interoperability tests inside a namespace.</summary>
internal sealed class JsInNamespace : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private int _id;

    private JsInNamespace(Process process, string peer)
    {
        _process = process;
        PeerId = peer;
    }

    public string PeerId { get; }

    public static async Task<JsInNamespace> StartAsync(string networkNamespace, params string[] arguments)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", networkNamespace, "node", "peer.mjs", .. arguments])
        {
            WorkingDirectory = Path.Combine(TestVectors.RepositoryRoot, "tests", "P2Panda.Libp2p.Interop.Tests", "js"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var ready = await ReadAsync(process, e => e.GetProperty("event").GetString() == "ready");
        return new JsInNamespace(process, ready.GetProperty("peer").GetString()!);
    }

    /// <summary>Sends a command and waits for its reply; one at a time.</summary>
    public async Task<JsonElement> SendAsync(string command, object arguments)
    {
        var id = ++_id;
        var fields = JsonSerializer.SerializeToNode(arguments)!.AsObject();
        fields["id"] = id;
        fields["command"] = command;
        await _process.StandardInput.WriteLineAsync(fields.ToJsonString());
        await _process.StandardInput.FlushAsync();
        var reply = await ReadAsync(_process, e => e.GetProperty("event").GetString() == "reply" && e.GetProperty("id").GetInt32() == id);
        return reply.TryGetProperty("error", out var error) ? throw new IOException($"js {command}: {error.GetString()}") : reply;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<JsonElement> ReadAsync(Process process, Func<JsonElement, bool> match)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith('{'))
            {
                using var document = JsonDocument.Parse(line);
                if (match(document.RootElement))
                {
                    return document.RootElement.Clone();
                }
            }
        }

        throw new IOException("The js peer ended.");
    }
}
