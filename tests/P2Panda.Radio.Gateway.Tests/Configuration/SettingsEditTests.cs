using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Tests.Configuration;

public sealed class SettingsEditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("settings").FullName;

    private string Path => System.IO.Path.Combine(_folder, "gateway.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("{}\n", "{\n  \"radio\": {\n    \"profile\": \"far\"\n  }\n}\n")]
    [InlineData("{ \"store\": {} }", "{\n  \"radio\": {\n    \"profile\": \"far\"\n  }, \"store\": {} }")]
    [InlineData("{ \"radio\": {} }", "{ \"radio\": {\n    \"profile\": \"far\"\n  } }")]
    [InlineData("{ \"radio\": { \"region\": \"eu868\", } }", "{ \"radio\": {\n    \"profile\": \"far\", \"region\": \"eu868\", } }")]
    [InlineData(
        "// head\n{ \"mesh\": { \"repeat\": true }, \"radio\": { /* profile */ \"profile\": \"standard\" /* here */ } } // end",
        "// head\n{ \"mesh\": { \"repeat\": true }, \"radio\": { /* profile */ \"profile\": \"far\" /* here */ } } // end")]
    [InlineData(
        "{ \"radio\": { \"overrides\": [ \"profile\" ], \"profile\": \"standard\" } }", "{ \"radio\": { \"overrides\": [ \"profile\" ], \"profile\": \"far\" } }")]
    public void OneSettingChangesAndNothingElse(string before, string after)
    {
        File.WriteAllText(Path, before);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        SettingsEdit.Assign(Path, "radio", [KeyValuePair.Create("profile", "\"far\"")]).ShouldBeEmpty();
        File.ReadAllText(Path).ShouldBe(after);
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        SettingsReader.Read(Path, new Dictionary<string, string>(), []).Settings!.Radio.Profile.ShouldBe("far");
        Directory.GetFiles(_folder).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("{ \"radio\": { \"region\": 5 } }")]
    [InlineData("{ \"radio\": 1 }")]
    [InlineData("[]")]
    [InlineData("{ \"radio\": { ")]
    public void AFileThatWouldBeWrongStaysAsItIs(string before)
    {
        File.WriteAllText(Path, before);
        SettingsEdit.Assign(Path, "radio", [KeyValuePair.Create("profile", "\"far\"")]).ShouldNotBeEmpty();
        File.ReadAllText(Path).ShouldBe(before);
        Directory.GetFiles(_folder).Length.ShouldBe(1);
    }

    [Fact]
    public void AFileThatIsNotThereIsMade()
    {
        SettingsEdit.Assign(Path, "radio", [KeyValuePair.Create("strict", "true"), KeyValuePair.Create("profile", "\"far\"")]).ShouldBeEmpty();
        SettingsReader.Read(Path, new Dictionary<string, string>(), []).Settings!.Radio.Strict.ShouldBeTrue();
    }
}
