using P2Panda.Radio.Gateway.Api.Access;
using P2Panda.Radio.Gateway.Commands;

namespace P2Panda.Radio.Gateway.Tests.Api.Access;

public sealed class ApiTokenTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("token-");

    private string File => Path.Combine(_folder.FullName, "api.token");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TheFirstStartMakesATokenThatLaterStartsKeep()
    {
        ApiToken.ReadOrCreate(File);
        var text = System.IO.File.ReadAllText(File).Trim();
        text.Length.ShouldBeGreaterThanOrEqualTo(43);
        System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var again = ApiToken.ReadOrCreate(File);
        again.Matches(text).ShouldBeTrue();
        again.Matches(text + "x").ShouldBeFalse();
        again.Matches(string.Empty).ShouldBeFalse();
    }

    [Fact]
    public void ATokenThatOthersCanReadIsRefused()
    {
        System.IO.File.WriteAllText(File, new string('a', 40));
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Should.Throw<CommandFailure>(() => ApiToken.ReadOrCreate(File)).Message.ShouldContain("chmod 600");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(600)]
    public void AFileThatHoldsNoTokenIsRefused(int length)
    {
        System.IO.File.WriteAllText(File, new string('a', length));
        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Should.Throw<CommandFailure>(() => ApiToken.ReadOrCreate(File)).Message.ShouldContain("16 to 512");
    }
}
