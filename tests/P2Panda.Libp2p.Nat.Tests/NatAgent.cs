using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace P2Panda.Libp2p.Nat.Tests;

/// <summary>The process that runs nodes in one namespace.</summary>
internal sealed class NatAgent : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _replies = new();
    private int _nextId;

    private NatAgent(Process process) => _process = process;

    public static async Task<NatAgent> StartAsync(string networkNamespace)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", networkNamespace, "dotnet", Path.Combine(AppContext.BaseDirectory, "P2Panda.Libp2p.NatHost.dll")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (Environment.GetEnvironmentVariable("NAT_LOG") is { Length: > 0 } logs)
        {
            start = new ProcessStartInfo("sh", ["-c", $"exec ip netns exec {networkNamespace} dotnet {start.ArgumentList[^1]} 2>{logs}-{networkNamespace}.log"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        }

        // Five runtimes at once on a small machine.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredCompilation"] = "1";
        var agent = new NatAgent(Process.Start(start)!);
        var ready = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        agent._replies[0] = ready;
        _ = agent.ReadAsync();
        await ready.Task.WaitAsync(Patience);
        return agent;
    }

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <exception cref="IOException">It failed over there; the message says how.</exception>
    public async Task<JsonElement> SendAsync(string command, string node, object? arguments = null)
    {
        var id = Interlocked.Increment(ref _nextId);
        var source = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _replies[id] = source;
        var fields = JsonSerializer.SerializeToNode(arguments ?? new { })!.AsObject();
        fields["id"] = id;
        fields["command"] = command;
        fields["node"] = node;
        lock (_process)
        {
            _process.StandardInput.WriteLine(fields.ToJsonString());
            _process.StandardInput.Flush();
        }

        var reply = await source.Task.WaitAsync(Patience);
        return reply.TryGetProperty("error", out var error) ? throw new IOException($"{command} {node}: {error.GetString()}") : reply;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            var answer = document.RootElement.Clone();
            if (_replies.TryRemove(answer.GetProperty("id").GetInt32(), out var source))
            {
                source.TrySetResult(answer);
            }
        }

        foreach (var reply in _replies.Values)
        {
            reply.TrySetException(new IOException("The agent ended."));
        }
    }
}
