using Xunit.Abstractions;

namespace P2Panda.Tests;

/// <summary>Says how many records of a vector file a test has executed, so that a file nobody reads any more shows.</summary>
internal static class VectorCount
{
    /// <summary>File that collects the lines of all test processes.</summary>
    private const string Variable = "P2PANDA_VECTOR_COUNTS";

    public static void Report(ITestOutputHelper output, string file, int records)
    {
        var line = $"vectors: {file} {records} records";
        output.WriteLine(line);
        Console.WriteLine(line);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path)
        {
            File.AppendAllText(path, line + "\n");
        }
    }
}
