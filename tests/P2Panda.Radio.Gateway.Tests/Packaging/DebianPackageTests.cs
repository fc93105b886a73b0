using System.Reflection.PortableExecutable;

namespace P2Panda.Radio.Gateway.Tests.Packaging;

/// <summary>The package <c>p2panda-radio</c>, made from what <c>make build</c> published.</summary>
public sealed class DebianPackageTests : IDisposable
{
    private const ushort ElfArm = 0x28, ElfX64 = 0x3E, ElfArm64 = 0xB7;

    private readonly string _scratch = Directory.CreateTempSubdirectory("deb-").FullName;

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public void NothingInItIsForOneArchitecture()
    {
        var root = Path.Combine(_scratch, "files");
        Shell("dpkg-deb", "--extract", Build("1.0.0"), root);
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories);
        var libraries = new List<string>();
        foreach (var file in files)
        {
            using var stream = File.OpenRead(file);
            if (file.EndsWith(".dll", StringComparison.Ordinal))
            {
                using var portable = new PEReader(stream);
                var header = portable.PEHeaders.CorHeader.ShouldNotBeNull(file);
                (header.Flags & (CorFlags.ILOnly | CorFlags.Requires32Bit)).ShouldBe(CorFlags.ILOnly, file);
                header.ManagedNativeHeaderDirectory.Size.ShouldBe(0, $"{file} has code compiled ahead of time");
                continue;
            }

            var start = new byte[20];
            if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
            {
                var architecture = Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(file)))!;
                BitConverter.ToUInt16(start, 18).ShouldBe(architecture switch { "linux-arm" => ElfArm, "linux-arm64" => ElfArm64, "linux-x64" => ElfX64, _ => (ushort)0 }, file);
                libraries.Add($"{architecture}/{Path.GetFileName(file)}");
            }
        }

        // SQLite, for every architecture the package may be installed on.
        libraries.Order().ShouldBe(["linux-arm/libe_sqlite3.so", "linux-arm64/libe_sqlite3.so", "linux-x64/libe_sqlite3.so"]);
        var control = Path.Combine(_scratch, "control");
        Shell("dpkg-deb", "--control", Path.Combine(_scratch, "p2panda-radio_1.0.0_all.deb"), control);
        File.ReadAllLines(Path.Combine(control, "control")).ShouldContain("Architecture: all");
        foreach (var script in new[] { "postinst", "prerm", "postrm" })
        {
            Shell("/bin/sh", "-n", Path.Combine(control, script));
        }
    }

    [Theory]
    [InlineData("program", "publish")]
    [InlineData("config", "radio.region")]
    public void ManualPagesAreMadeFromTheProgramAndTypesetWithoutWarnings(string page, string mentioned)
    {
        var (exit, roff, errors) = Tool.Gateway("man", page);
        exit.ShouldBe(0, errors);
        var source = Path.Combine(_scratch, "page");
        File.WriteAllText(source, roff);
        var (code, text, warnings) = Tool.Run("groff", "-man", "-Tutf8", "-ww", "-Wbreak", "-Kutf8", "-P-cbu", source);
        (code, warnings).ShouldBe((0, string.Empty));
        text.ShouldContain(mentioned);
    }

    [Fact]
    [Trait("duration", "long")]
    public void ItInstallsStartsStopsUpgradesAndPurges()
    {
        var script = Path.Combine(Tool.Root, "tests/P2Panda.Radio.Gateway.Tests/Packaging/check-package.sh");
        var system = Path.Combine(_scratch, "system");
        Directory.CreateDirectory(system);
        var (exit, output, errors) = Tool.Run("bash", script, Build("1.0.0"), Build("1.0.1"), system);
        exit.ShouldBe(0, output + errors);
        output.ShouldContain("held: it starts with the simulated radio and stops when told to");
        output.TrimEnd().ShouldEndWith("held: purging leaves nothing");
    }

    private string Build(string version)
    {
        var program = Path.Combine(Tool.Root, "artifacts/p2panda-radio");
        File.Exists(Path.Combine(program, "p2panda-radio.dll")).ShouldBeTrue("'make build' publishes the program that goes into the package");
        return Shell("bash", Path.Combine(Tool.Root, "firmware-config/debian/build.sh"), program, _scratch, version).TrimEnd();
    }

    private static string Shell(string program, params string[] arguments)
    {
        var (exit, output, errors) = Tool.Run(program, arguments);
        exit.ShouldBe(0, output + errors);
        return output;
    }
}
