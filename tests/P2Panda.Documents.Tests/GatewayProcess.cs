using System.Diagnostics;
using System.Globalization;

namespace P2Panda.Documents.Tests;

/// <summary>A process that writes documents and takes them in until it is killed.</summary>
internal sealed class GatewayProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="location">Where its store is.</param>
    /// <param name="author">Number of the author whose documents it writes.</param>
    public GatewayProcess(string location, int author)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "P2Panda.Documents.CrashHost.dll"));
        start.ArgumentList.Add(location);
        start.ArgumentList.Add(author.ToString(CultureInfo.InvariantCulture));
        _process = Process.Start(start)!;
    }

    /// <summary>Waits until it has appended so many batches more.</summary>
    public async Task AppendsAsync(int batches)
    {
        for (var i = 0; i < batches; i++)
        {
            (await _process.StandardOutput.ReadLineAsync()).ShouldNotBeNull("it ended by itself");
        }
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        _process.ExitCode.ShouldBe(128 + 9);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
