using System.Diagnostics;

namespace P2Panda.Radio.Gateway.Tests;

/// <summary>Runs the program as its users do, in a folder of its own that goes with the test.</summary>
public sealed class GatewayProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Folder { get; } = Directory.CreateTempSubdirectory("p2panda-radio-test-").FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Runs to the end.</summary>
    public Result Run(params string[] arguments) => RunWithInput(string.Empty, arguments);

    /// <summary>Runs to the end with something on standard input.</summary>
    public Result RunWithInput(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"p2panda-radio {string.Join(' ', arguments)} did not end.");
        }

        return new Result(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Starts and leaves it running; the caller ends it.</summary>
    public Process Start(params string[] arguments) => Start(new ProcessStartInfo("dotnet"), arguments);

    /// <summary>The same in a network namespace.</summary>
    public Process StartIn(string network, params string[] arguments) =>
        Start(new ProcessStartInfo("ip", ["netns", "exec", network, "dotnet"]), arguments);

    private Process Start(ProcessStartInfo start, string[] arguments)
    {
        start.WorkingDirectory = Folder;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;

        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "p2panda-radio.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Tests run beside each other and beside a gateway that the machine may have: those found by multicast DNS would exchange entries.
        start.Environment["P2PANDA_RADIO__API__PORT"] = "0";
        start.Environment["P2PANDA_RADIO__NETWORK__MDNS"] = "false";

        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public sealed record Result(int ExitCode, string Output, string Error)
    {
        public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
