using P2Panda.Core.Keys;

namespace P2Panda.Core.Tests.Keys;

public sealed class KeyFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("p2panda-keys-");

    private string FilePath => Path.Combine(_directory.FullName, "key.txt");

    [Fact]
    public void AWrittenKeyIsReadAgainAndIsTheOwnersAlone()
    {
        using var pair = KeyPair.Generate();
        KeyFile.Create(FilePath, pair);
        File.GetUnixFileMode(FilePath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var read = KeyFile.Read(FilePath);
        read.PublicKey.ShouldBe(pair.PublicKey);
    }

    [Fact]
    public void AnExistingFileIsNotReplaced()
    {
        File.WriteAllText(FilePath, "precious");
        using var pair = KeyPair.Generate();
        Should.Throw<KeyFileException>(() => KeyFile.Create(FilePath, pair)).Message.ShouldContain("exists already");
        File.ReadAllText(FilePath).ShouldBe("precious");
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void AFileOpenToOthersIsRefusedAndTheCureNamed(UnixFileMode wider)
    {
        using var pair = KeyPair.Generate();
        KeyFile.Create(FilePath, pair);
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | wider);
        Should.Throw<KeyFileException>(() => KeyFile.Read(FilePath)).Message.ShouldContain($"chmod 600 {FilePath}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("1f9e81")]
    [InlineData("zz9e81007da0c007314a151be11be392de4cdc76888fbc5a8c62aa03c6730c6a")]
    [InlineData("1f9e81007da0c007314a151be11be392de4cdc76888fbc5a8c62aa03c6730c6a00")]
    public void ContentThatIsNoKeyIsRefused(string content)
    {
        File.WriteAllText(FilePath, content);
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead);
        Should.Throw<KeyFileException>(() => KeyFile.Read(FilePath)).Message.ShouldContain("64 hexadecimal digits");
    }

    [Fact]
    public void AMissingFileIsNamed() =>
        Should.Throw<KeyFileException>(() => KeyFile.Read(FilePath)).Message.ShouldContain(FilePath);

    [Theory]
    [InlineData("1f9e81007da0c007314a151be11be392de4cdc76888fbc5a8c62aa03c6730c6a\r\n")]
    [InlineData("  1F9E81007DA0C007314A151BE11BE392DE4CDC76888FBC5A8C62AA03C6730C6A")]
    public void WhiteSpaceAndUpperCaseDoNotMatter(string content)
    {
        File.WriteAllText(FilePath, content);
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead);
        using var pair = KeyFile.Read(FilePath);
        pair.PublicKey.ToString().ShouldBe("3d116b2f0e5392fff107df1d3b3d21977af1f27301654cea981427e6c9c11852");
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
