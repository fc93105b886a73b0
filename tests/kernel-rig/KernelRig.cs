using System.Diagnostics;
using P2Panda.Tests;

namespace P2Panda.Radio.KernelRig.Tests;

/// <summary>Builds the rig's kernel when it is not in the cache, boots it, and keeps what its scenarios say.</summary>
public sealed class KernelRig
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    public KernelRig()
    {
        if (!IsSupported)
            return;
        var script = Path.Combine(TestVectors.RepositoryRoot, "tests", "kernel-rig", "run.sh");
        using var process = Process.Start(new ProcessStartInfo("bash", [script, Path.Combine(AppContext.BaseDirectory, "p2panda-radio.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
            process.Kill(entireProcessTree: true);
        Said = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
    }

    /// <summary>User-Mode Linux is there for x86-64 alone.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64;

    public string Said { get; } = "";

    /// <summary>Scenarios that were carried out: what they are called and, where they failed, why.</summary>
    public IEnumerable<(string Name, bool Passed, string Line)> Results =>
        from line in Said.Split('\n')
        let passed = line.StartsWith("PASS ", StringComparison.Ordinal)
        where passed || line.StartsWith("FAIL ", StringComparison.Ordinal)
        let end = passed ? line.LastIndexOf(" (", StringComparison.Ordinal) : line.IndexOf(':', StringComparison.Ordinal)
        select (line[5..(end > 5 ? end : line.Length)], passed, line);
}
