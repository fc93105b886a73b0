using System.Diagnostics;
using P2Panda.Radio.Air.Compression;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Air.Tests.Vectors;

public class AirVectorTests(ITestOutputHelper output)
{
    /// <summary>Set to write the files instead of comparing with them.</summary>
    private const string WriteSwitch = "P2PANDA_WRITE_AIR_VECTORS";

    [Fact]
    public void TheFilesAreWhatTheGeneratorWrites()
    {
        var vectors = AirVectors.Write();
        if (Environment.GetEnvironmentVariable(WriteSwitch) == "1")
        {
            Directory.CreateDirectory(TestVectors.PathOf("air"));
            File.WriteAllText(TestVectors.PathOf("air/air.json"), vectors);
            File.WriteAllBytes(TestVectors.PathOf("air/priming.txt"), TextModel.PrimingText());
        }

        File.ReadAllText(TestVectors.PathOf("air/air.json")).ShouldBe(vectors);
        File.ReadAllBytes(TestVectors.PathOf("air/priming.txt")).ShouldBe(TextModel.PrimingText());
    }

    [Fact]
    public async Task AReceiverInAnotherLanguageAgrees()
    {
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = TestVectors.RepositoryRoot,
        };
        start.ArgumentList.Add(Path.Combine(TestVectors.RepositoryRoot, "tests", "python-receiver", "check.py"));
        start.ArgumentList.Add(TestVectors.PathOf("air"));
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        printed += await errors;
        output.WriteLine(printed);
        process.ExitCode.ShouldBe(0, printed);
    }
}
