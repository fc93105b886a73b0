using System.Diagnostics;
using P2Panda.Core.Hashing;

namespace P2Panda.Core.Tests.Hashing;

/// <summary>Beside the BLAKE3 authors' own program (Debian package b3sum).</summary>
public sealed class B3sumTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(130 * 1024)]
    [InlineData((256 * 1024) + 1)]
    [InlineData(3_000_017)]
    public void SaysTheSame(int length)
    {
        var input = new byte[length];
        new Random(length).NextBytes(input);
        File.WriteAllBytes(_path, input);
        B3sum(_path).ShouldBe(Convert.ToHexStringLower(Blake3.Hash(input)));
    }

    public void Dispose() => File.Delete(_path);

    private static string B3sum(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("b3sum", ["--no-names", path]) { RedirectStandardOutput = true })!;
        var answer = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return answer;
    }
}
