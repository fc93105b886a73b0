using System.Collections.Concurrent;
using System.Diagnostics;

namespace P2Panda.Radio.Gateway.Tests;

/// <summary>The program while it runs; ended, and its children with it, at the latest with the test.</summary>
internal sealed class RunningProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];
    private readonly ConcurrentQueue<string> _seen = new();

    public RunningProgram(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Waits for a line that contains a text.</summary>
    public string WaitFor(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            foreach (var line in _lines.GetConsumingEnumerable(patience.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"'{text}' was not said, but:\n{string.Join('\n', _seen)}");
        }

        throw new InvalidOperationException($"'{text}' was not said, but:\n{string.Join('\n', _seen)}");
    }

    /// <summary>Tells it to stop as a service manager does, and waits for its end.</summary>
    public int Stop()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            kill.WaitForExit();
        return WaitForExit();
    }

    /// <summary>Ends it as a power cut would (SIGKILL).</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public int WaitForExit()
    {
        if (!_process.WaitForExit(Patience))
            throw new TimeoutException($"It did not end; it said:\n{string.Join('\n', _seen)}");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _lines.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        _seen.Enqueue(line);
        _lines.TryAdd(line);
    }
}
