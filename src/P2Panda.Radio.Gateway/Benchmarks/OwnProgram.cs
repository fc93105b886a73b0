using System.Diagnostics;

namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>This program in a fresh process.</summary>
internal static class OwnProgram
{
    /// <summary>Starts it; its standard output is to be read.</summary>
    public static Process Start(params IEnumerable<string> arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>Starts it with further variables in its environment.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "p2panda-radio.dll"));
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
