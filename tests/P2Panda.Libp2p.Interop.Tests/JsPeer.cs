using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Interop.Tests;

/// <summary>A js-libp2p node in its own process, steered by JSON lines.</summary>
internal sealed class JsPeer : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _replies = new();
    private readonly Lock _gate = new();
    private readonly List<JsonElement> _events = [];
    private readonly List<(Func<JsonElement, bool> Match, TaskCompletionSource<JsonElement> Source)> _waiting = [];
    private int _nextId;

    private JsPeer(Process process) => _process = process;

    /// <summary>Where the two programs are: libp2p 3 and, for rendezvous, libp2p 2.</summary>
    private static string Folder(string name) => Path.Combine(TestVectors.RepositoryRoot, "tests", "P2Panda.Libp2p.Interop.Tests", name);

    public PeerId PeerId { get; private set; } = null!;

    public string NodeVersion { get; private set; } = "";

    public IReadOnlyList<Multiaddr> Addresses { get; private set; } = [];

    public static Task<JsPeer> StartAsync(params string[] arguments) => StartAsync("js", null, arguments);

    /// <summary>The peer with rendezvous, as <c>server</c> or <c>client</c>.</summary>
    public static Task<JsPeer> StartRendezvousAsync(string role) =>
        StartAsync("rendezvous-js", null, ["--role", role, "--listen", "/ip4/127.0.0.1/tcp/0"]);

    /// <summary>A peer in a network namespace.</summary>
    public static Task<JsPeer> StartInAsync(NetworkNamespace network, params string[] arguments) => StartAsync("js", network, arguments);

    private static async Task<JsPeer> StartAsync(string name, NetworkNamespace? network, string[] arguments)
    {
        var folder = Folder(name);
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            throw new InvalidOperationException("The js peers are not installed: run \"make setup\".");
        }

        string[] command = [.. network is null ? [] : (string[])["ip", "netns", "exec", network.Name], "node", "peer.mjs", .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var peer = new JsPeer(process);
        var ready = peer.WaitAsync("ready");
        _ = peer.ReadAsync();
        _ = process.StandardError.ReadToEndAsync();
        var first = await ready;
        peer.PeerId = PeerId.Parse(first.GetProperty("peer").GetString()!);
        peer.NodeVersion = first.GetProperty("node").GetString()!;
        peer.Addresses = [.. first.GetProperty("addresses").EnumerateArray().Select(address => Multiaddr.Parse(address.GetString()!))];
        return peer;
    }

    /// <summary>Sends a command and waits for its reply.</summary>
    /// <exception cref="InvalidOperationException">The command failed over there.</exception>
    public async Task<JsonElement> SendAsync(string command, object? arguments = null)
    {
        var id = Interlocked.Increment(ref _nextId);
        var source = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _replies[id] = source;
        var fields = JsonSerializer.SerializeToNode(arguments ?? new { })!.AsObject();
        fields["id"] = id;
        fields["command"] = command;
        await _process.StandardInput.WriteLineAsync(fields.ToJsonString());
        await _process.StandardInput.FlushAsync();
        var reply = await source.Task.WaitAsync(Patience);
        return reply.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"js {command}: {error.GetString()}"))
            : reply;
    }

    /// <summary>Waits for an event, also one that came before.</summary>
    public Task<JsonElement> WaitAsync(string name, Func<JsonElement, bool>? match = null) => WaitAsync(other => other == name, match);

    /// <summary>Waits for one of several events, also one that came before.</summary>
    public Task<JsonElement> WaitAsync(Func<string, bool> named, Func<JsonElement, bool>? match = null)
    {
        bool Matches(JsonElement e) => named(e.GetProperty("event").GetString()!) && (match is null || match(e));
        lock (_gate)
        {
            foreach (var past in _events)
            {
                if (Matches(past))
                {
                    return Task.FromResult(past);
                }
            }

            var source = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Matches, source));
            return source.Task.WaitAsync(Patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _process.StandardInput.WriteLineAsync("""{"id":0,"command":"exit"}""");
            await _process.StandardInput.FlushAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith('{'))
            {
                continue;
            }

            using var document = JsonDocument.Parse(line);
            var e = document.RootElement.Clone();
            if (e.GetProperty("event").GetString() == "reply")
            {
                if (_replies.TryRemove(e.GetProperty("id").GetInt32(), out var source))
                {
                    source.SetResult(e);
                }

                continue;
            }

            lock (_gate)
            {
                _events.Add(e);
                foreach (var waiter in _waiting.Where(waiter => waiter.Match(e)).ToList())
                {
                    _waiting.Remove(waiter);
                    waiter.Source.TrySetResult(e);
                }
            }
        }

        foreach (var reply in _replies.Values)
        {
            reply.TrySetException(new IOException("The js peer ended."));
        }
    }
}
