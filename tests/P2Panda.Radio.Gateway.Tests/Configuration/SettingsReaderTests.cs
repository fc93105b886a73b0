using System.Collections;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Tests.Configuration;

public sealed class SettingsReaderTests : IDisposable
{
    private static readonly Hashtable NoVariables = [];
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Defaults_are_valid()
    {
        var result = SettingsReader.Read(null, NoVariables, []);

        result.Problems.ShouldBeEmpty();
        result.Settings!.Radio.Driver.ShouldBe(RadioDriver.None);
        result.Settings.Mesh.AssumedLoss.ShouldBe(0.2);
    }

    [Fact]
    public void File_may_have_comments_and_trailing_commas()
    {
        File.WriteAllText(_file, """
            {
              "$schema": "p2panda-radio.schema.json",
              // the roof
              "radio": { "driver": "sim", "antennaGainDbi": 5, },
            }
            """);

        var result = SettingsReader.Read(_file, NoVariables, []);

        result.Problems.ShouldBeEmpty();
        result.Settings!.Radio.Driver.ShouldBe(RadioDriver.Sim);
        result.Settings.Radio.AntennaGainDbi.ShouldBe(5);
    }

    [Fact]
    public void Environment_overrides_file_and_command_line_overrides_both()
    {
        File.WriteAllText(_file, """{ "store": { "path": "file.db" }, "radio": { "powerDbm": 2 } }""");
        var variables = new Hashtable { ["P2PANDA_RADIO__STORE__PATH"] = "variable.db", ["P2PANDA_RADIO__RADIO__POWERDBM"] = "7" };

        var result = SettingsReader.Read(_file, variables, ["radio.powerDbm=10"]);

        result.Problems.ShouldBeEmpty();
        result.Settings!.Store.Path.ShouldBe("variable.db");
        result.Settings.Radio.PowerDbm.ShouldBe(10);
    }

    [Fact]
    public void Every_problem_is_listed_at_once()
    {
        File.WriteAllText(_file, """
            {
              "stroe": {},
              "radio": { "driver": "pigeon", "powerDbm": 40, "networkId": "abc", "antennaGainDbi": "high", "region": null },
              "mesh": { "assumedLoss": 1.5, "colour": "red" }
            }
            """);

        var result = SettingsReader.Read(_file, NoVariables, ["nonsense", "radio.what=1"]);

        result.Settings.ShouldBeNull();
        result.Problems.ShouldBe(
            [
                "--set nonsense: expected path=value, for example radio.region=eu868",
                "--set radio.what: there is no setting 'radio.what'",
                "stroe: there is no such setting",
                "radio.driver: \"pigeon\" is not one of none, sim, sx127x",
                "radio.powerDbm: 40 is not between -4 and 20",
                "radio.networkId: must be 64 hexadecimal digits",
                "radio.antennaGainDbi: \"high\" is not a number",
                "radio.region: must not be null",
                "mesh.assumedLoss: 1.5 is not between 0 and 0.9",
                "mesh.colour: there is no such setting",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void Broken_json_is_reported_with_its_place()
    {
        File.WriteAllText(_file, "{ \"store\": ");

        SettingsReader.Read(_file, NoVariables, []).Problems.ShouldHaveSingleItem().ShouldContain("LineNumber");
    }

    [Fact]
    public void Published_schema_is_the_one_the_program_uses() =>
        File.ReadAllText(Path.Combine(P2Panda.Tests.TestVectors.RepositoryRoot, "firmware-config", "p2panda-radio.schema.json"))
            .ShouldBe(SettingsJson.Schema(), "run: p2panda-radio config schema > firmware-config/p2panda-radio.schema.json");

    [Fact]
    public void What_is_kept_can_be_listed_by_author_schema_and_log()
    {
        var author = new string('a', 64);
        SettingsReader.Read(null, NoVariables, ["mesh.keepSchemaIds=blob_v1, no schema", $"mesh.keepLogs={author}/x"]).Problems.ShouldBe(
            [
                "mesh.keepSchemaIds: must be a list of schema ids such as blob_v1 or chat_0020…",
                "mesh.keepLogs: must be a list of logs, each as a public key (64 hexadecimal digits), a slash and a log id",
            ],
            ignoreOrder: true);

        uint ScopeOf(params string[] changes) => SettingsReader.Read(null, NoVariables, changes).Settings!.Mesh.ToOptions().Filter.Scope;
        ScopeOf().ShouldBe(0u);
        var scopes = new[] { ScopeOf("mesh.keepSchemaIds=blob_v1"), ScopeOf("mesh.keepSchemaIds=blob_piece_v1"), ScopeOf($"mesh.keepLogs={author}/7"), ScopeOf($"mesh.keepAuthors={author}") };
        scopes.Distinct().Count().ShouldBe(4);
        scopes.ShouldNotContain(0u);
        ScopeOf("mesh.keepSchemaIds=blob_v1, blob_piece_v1", "mesh.carryOthers=false").ShouldBe(ScopeOf("mesh.keepSchemaIds=blob_piece_v1, blob_v1"));
    }

    [Fact]
    public void What_goes_first_and_last_can_be_listed()
    {
        SettingsReader.Read(null, NoVariables, ["mesh.urgentSchemaIds=no schema", "mesh.urgentLogs=nobody/1", "mesh.bulkSchemaIds=none"]).Problems.Count.ShouldBe(3);
        using var vectors = P2Panda.Tests.TestVectors.Json("bamboo/entries_logs.json");
        var first = vectors.RootElement.GetProperty("logs")[0].GetProperty("entries")[0];
        var entry = P2Panda.Core.Bamboo.BambooEntry.VerifyHex(first.GetProperty("entry").GetString()!, first.GetProperty("payload").GetString()!).Entry!;
        TrafficClass ClassWith(params string[] changes) => SettingsReader.Read(null, NoVariables, changes).Settings!.Mesh.ToClasses().ClassOf(entry);
        ClassWith().ShouldBe(TrafficClass.Normal);
        ClassWith($"mesh.urgentLogs={entry.Log.Author}/{entry.Log.LogId}").ShouldBe(TrafficClass.Urgent);
        ClassWith("mesh.urgentSchemaIds=blob_v1").ShouldBe(TrafficClass.Normal);
    }

    [Fact]
    public void Listening_where_others_reach_it_needs_a_setting_of_its_own()
    {
        SettingsReader.Read(null, NoVariables, ["api.address=0.0.0.0"]).Problems
            .ShouldBe(["api.address: 0.0.0.0 can be reached by other machines; that needs api.beyondLoopback=true"]);
        SettingsReader.Read(null, NoVariables, ["api.address=::1"]).Problems.ShouldBeEmpty();
        SettingsReader.Read(null, NoVariables, ["api.address=0.0.0.0", "api.beyondLoopback=true"]).Settings!.Api.AnonymousPublishing.ShouldBeFalse();
        SettingsReader.Read(null, NoVariables, ["api.address=hut", "api.origins=https://a.example, b"]).Problems
            .ShouldBe(["api.address: 'hut' is not an IP address", "api.origins: 'b' is not an origin such as https://app.example"]);
    }
}
