namespace P2Panda.Libp2p.Quic.Tests;

public class QuicLibraryTests
{
    [Fact]
    public void The_library_lies_beside_the_assembly_and_says_its_versions()
    {
        QuicLibrary.Problem.ShouldBeNull();
        QuicLibrary.IsAvailable.ShouldBeTrue();
        QuicLibrary.Ngtcp2Version.ShouldNotBeNullOrEmpty();
        QuicLibrary.Ngtcp2VersionNumber.ShouldBeGreaterThan(0u);
        QuicLibrary.GnuTlsVersion.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Without_the_library_the_problem_says_what_to_install()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var problem = QuicLibrary.Load(folder.FullName).Problem.ShouldNotBeNull();
            problem.ShouldContain("TCP is used alone");
            problem.ShouldContain("p2panda-radio-quic");
            problem.ShouldContain("libngtcp2-dev");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_file_that_is_no_library_is_a_problem_and_no_crash()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, QuicLibrary.FileNames[0]), "not a library");
            QuicLibrary.Load(folder.FullName).Problem.ShouldNotBeNull().ShouldContain("does not load");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void What_is_known_about_a_version_is_listed_and_out_of_reach()
    {
        QuicAdvisory.For(0x000C01).Select(advisory => advisory.Id).ShouldBe(["CVE-2024-52811", "CVE-2026-40170"]);
        QuicAdvisory.For(0x010B00).Select(advisory => advisory.Id).ShouldBe(["CVE-2026-40170"]);
        QuicAdvisory.For(QuicLibrary.Ngtcp2VersionNumber).ShouldAllBe(advisory => advisory.Exposure.StartsWith("out of reach", StringComparison.Ordinal));
    }
}
