using System.Diagnostics;
using System.Reflection;

namespace P2Panda.Radio.Gateway.Tests;

/// <summary>Runs programs of the system and our own.</summary>
internal static class Tool
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = typeof(Tool).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == "RepositoryRoot").Value!;

    public static (int Exit, string Output, string Errors) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }

    /// <summary>Runs p2panda-radio.</summary>
    public static (int Exit, string Output, string Errors) Gateway(params string[] arguments) =>
        Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "p2panda-radio.dll"), .. arguments]);
}
