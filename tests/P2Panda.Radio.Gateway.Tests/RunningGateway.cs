using System.Diagnostics;
using System.Text.RegularExpressions;

namespace P2Panda.Radio.Gateway.Tests;

/// <summary><c>p2panda-radio run</c> in a process of its own, with its API on a free port.</summary>
public sealed partial class RunningGateway : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _log = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningGateway(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Client { get; } = new();

    /// <summary>Everything it has written.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Starts it and waits until it listens. The network is off unless the arguments turn it on.</summary>
    public static async Task<RunningGateway> StartAsync(GatewayProgram program, params string[] arguments)
    {
        var gateway = new RunningGateway(program.Start(["run", "--set", "network.enabled=false", .. arguments]));
        gateway.Client.BaseAddress = await gateway._listening.Task;
        return gateway;
    }

    /// <summary>Tells it to stop, as a service manager does, and waits until it has.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync();
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            _listening.TrySetException(new InvalidOperationException("The gateway ended before it listened:\n" + Log));
            return;
        }

        lock (_log)
        {
            _log.Add(line);
        }

        if (Listening().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    [GeneratedRegex("Now listening on: (http://[^ ]+)")]
    private static partial Regex Listening();
}
