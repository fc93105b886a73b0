using P2Panda.Libp2p.Quic.Tests.Support;

namespace P2Panda.Libp2p.Quic.Tests;

public class NativeSelfTest
{
    /// <summary>The shim's own test: client and server in memory with loss, reordering, duplication, corruption and rebinding.</summary>
    [Fact]
    public void The_shim_passes_its_test_under_address_and_undefined_behaviour_sanitizers()
    {
        var output = Path.Combine(RepositoryFolders.Root, "artifacts", "native");
        var (code, text) = Shell.Run(RepositoryFolders.Native, "make", "--silent", "--no-print-directory", $"OUT={output}", "check");
        code.ShouldBe(0, text);
        text.ShouldContain("all scenarios passed");
        text.ShouldNotContain("runtime error");
    }
}
