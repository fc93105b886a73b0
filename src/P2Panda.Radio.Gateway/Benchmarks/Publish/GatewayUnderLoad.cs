using System.Diagnostics;
using System.Text.RegularExpressions;

namespace P2Panda.Radio.Gateway.Benchmarks.Publish;

/// <summary><c>run</c> in a process of its own, without radio and network.</summary>
internal sealed partial class GatewayUnderLoad : IDisposable
{
    /// <summary>
    /// As firmware-config/systemd sets them: no diagnostics port, no third version of hot code, which costs memory, and a collection after
    /// every four megabytes rather than after as many as the processor's cache has.
    /// </summary>
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["DOTNET_EnableDiagnostics"] = "0",
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_GCgen0size"] = "0x400000",
    };

    private readonly Process _process;
    private readonly Uri _address;

    public GatewayUnderLoad(string database)
    {
        var folder = Path.GetDirectoryName(database)!;
        string[] settings = [$"store.path={database}", $"api.tokenFile={folder}/api.token", "api.port=0", "network.enabled=false", "radio.driver=none"];
        _process = OwnProgram.Start(Environment, ["run", .. settings.SelectMany(setting => new[] { "--set", setting })]);
        _address = ReadAddress();

        // It is not to wait for a reader of its log.
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>A client with one connection.</summary>
    public HttpClient Connect() => new() { BaseAddress = _address };

    /// <summary>Memory of the process that is in RAM, in MB.</summary>
    public double ResidentMegabytes()
    {
        _process.Refresh();
        return _process.WorkingSet64 / 1e6;
    }

    /// <summary>Ends it without warning (SIGKILL).</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private Uri ReadAddress()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                return new Uri(match.Groups[1].Value);
            }
        }

        throw new InvalidOperationException("The gateway ended before it listened.");
    }

    [GeneratedRegex("Now listening on: (http://[^ ]+)")]
    private static partial Regex Listening();
}
