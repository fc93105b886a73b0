using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace P2Panda.Radio.Gateway.Benchmarks.Libp2p;

/// <summary>The js-libp2p node of the interoperability tests in a process of its own; one command at a time.</summary>
internal sealed class JsNode : IDisposable
{
    private const string RelativeFolder = "tests/P2Panda.Libp2p.Interop.Tests/js";

    private readonly Process _process;
    private int _id;

    private JsNode(Process process, JsonElement ready)
    {
        _process = process;
        Version = ready.GetProperty("node").GetString()!;
        Address = ready.GetProperty("addresses").EnumerateArray().Select(address => address.GetString()!).FirstOrDefault() ?? "";
    }

    /// <summary>Its process.</summary>
    public Process Process => _process;

    /// <summary>Node's version.</summary>
    public string Version { get; }

    /// <summary>Where it listens, with its peer id; empty when it does not.</summary>
    public string Address { get; }

    public static JsNode Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", ["--expose-gc", "peer.mjs", .. arguments])
        {
            WorkingDirectory = FindFolder(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        return new JsNode(process, ReadEvent(process, e => e.GetProperty("event").GetString() == "ready"));
    }

    /// <summary>Sends a command and waits for its reply.</summary>
    public JsonElement Send(string command, JsonObject? arguments = null)
    {
        var id = ++_id;
        var fields = arguments ?? [];
        fields["id"] = id;
        fields["command"] = command;
        _process.StandardInput.WriteLine(fields.ToJsonString());
        _process.StandardInput.Flush();
        var reply = ReadEvent(_process, e => e.GetProperty("event").GetString() == "reply" && e.GetProperty("id").GetInt32() == id);
        return reply.TryGetProperty("error", out var error) ? throw new InvalidOperationException($"js {command}: {error.GetString()}") : reply;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static JsonElement ReadEvent(Process process, Func<JsonElement, bool> match)
    {
        while (process.StandardOutput.ReadLine() is { } line)
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

        throw new InvalidOperationException("The js peer ended.");
    }

    private static string FindFolder()
    {
        foreach (var start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, RelativeFolder);
                if (Directory.Exists(Path.Combine(candidate, "node_modules")))
                {
                    return candidate;
                }
            }
        }

        throw new InvalidOperationException($"This benchmark compares with js-libp2p: run it inside the repository after \"make setup\" ({RelativeFolder} is missing).");
    }
}
