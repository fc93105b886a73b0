using System.Diagnostics;

namespace P2Panda.Radio.Gateway.Tests.Hosting;

/// <summary>Whoever starts the gateway may end it at once.</summary>
public sealed class StopAtOnceTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    /// <summary>
    /// Before its own first instruction the program belongs to the runtime, which ends it with 143. Its first instruction is to listen for
    /// signals, and the thread that the runtime makes for that tells us when it was reached: long before there is a host.
    /// </summary>
    [Theory]
    [InlineData(20)]
    [InlineData(80)]
    [InlineData(200)]
    [InlineData(500)]
    public async Task SigtermWhileItStartsEndsItGracefully(int milliseconds)
    {
        using var process = _program.Start("run", "--radio", "none", "--set", "network.enabled=false", "--set", $"store.path={_program.PathOf("logs.db")}");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            var watch = Stopwatch.StartNew();
            while (!ListensForSigterm(process.Id))
            {
                watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
                await Task.Delay(1);
            }

            await Task.Delay(milliseconds);
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            {
                await kill.WaitForExitAsync();
            }

            process.WaitForExit(TimeSpan.FromSeconds(60)).ShouldBeTrue();
            process.ExitCode.ShouldBe(0, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static bool ListensForSigterm(int process) => Directory.EnumerateDirectories($"/proc/{process}/task")
        .Any(task => File.ReadAllText(Path.Combine(task, "comm")).StartsWith(".NET SigHandler", StringComparison.Ordinal));
}
