using P2Panda.Libp2p.Quic.Tests.Support;

namespace P2Panda.Libp2p.Quic.Tests;

public class PackageTests
{
    /// <summary>Cross-built against Debian 12 and 13, the in-memory test run under an emulator where the architecture is foreign. It downloads
    /// two Debian systems, so it is run by <c>make soak</c> and not counted.</summary>
    [Theory]
    [Trait("duration", "soak")]
    [InlineData("amd64")]
    [InlineData("arm64")]
    public void The_package_is_built_and_its_libraries_pass_their_test(string architecture)
    {
        var output = Path.Combine(RepositoryFolders.Root, "artifacts", "deb-quic");
        var (code, text) = Shell.Run(RepositoryFolders.Native, Path.Combine(RepositoryFolders.Native, "package.sh"), architecture, output);
        code.ShouldBe(0, text);
        text.ShouldContain($"{architecture} bookworm: all scenarios passed");
        text.ShouldContain($"{architecture} trixie: all scenarios passed");
        text.ShouldContain("ngtcp2 1.11");
        var package = Directory.GetFiles(output, $"p2panda-radio-quic_*_{architecture}.deb").ShouldHaveSingleItem();
        var (_, files) = Shell.Run(output, "dpkg-deb", "--contents", package);
        QuicLibrary.FileNames.ShouldAllBe(name => files.Contains("/usr/lib/p2panda-radio/" + name));
    }
}
