using System.Collections;
using System.Text.RegularExpressions;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Gateway.Tests.Configuration;

public sealed partial class SettingsFileTests : IDisposable
{
    private static readonly Hashtable NoVariables = [];
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_template_changes_nothing()
    {
        File.WriteAllText(_file, SettingsFile.Template());

        var result = SettingsReader.Read(_file, NoVariables, []);

        result.Problems.ShouldBeEmpty();
        SettingsFile.Show(result.Settings!).ShouldBe(SettingsFile.Show(new GatewaySettings()));
    }

    [Fact]
    public void Every_line_of_the_template_can_be_taken_into_use()
    {
        var used = Commented().Replace(SettingsFile.Template(), "$1");
        File.WriteAllText(_file, used);

        var result = SettingsReader.Read(_file, NoVariables, []);

        result.Problems.ShouldBeEmpty();
        SettingsFile.Show(result.Settings!).ShouldBe(SettingsFile.Show(new GatewaySettings()));
        used.Split('\n').Count(line => line.TrimStart().StartsWith('"')).ShouldBeGreaterThan(40);
    }

    [Fact]
    public void Secrets_are_not_shown()
    {
        var psk = new string('a', 64);
        var result = SettingsReader.Read(
            null, NoVariables, ["store.databaseUrl=postgresql://me:s3cret@db.example/village", $"network.psk={psk}"]);

        var shown = SettingsFile.Show(result.Settings.ShouldNotBeNull());

        shown.ShouldNotContain("s3cret");
        shown.ShouldNotContain(psk);
        shown.ShouldContain("(hidden)");
    }

    [Theory]
    [InlineData("logs.db", "store.databaseUrl: is no PostgreSQL")]
    [InlineData("Host=db;Colour=blue", "store.databaseUrl: The PostgreSQL connection string has a mistake")]
    [InlineData("postgresql://db/x?colour=blue", "store.databaseUrl: The PostgreSQL URL has a mistake")]
    public void A_wrong_database_is_named(string url, string problem) =>
        SettingsReader.Read(null, NoVariables, [$"store.databaseUrl={url}"]).Problems.ShouldHaveSingleItem().ShouldStartWith(problem);

    [Fact]
    public void Traffic_settings_become_rules_and_every_mistake_is_listed()
    {
        File.WriteAllText(_file, """
            { "traffic": { "airSchemaIds": ["chat"], "airAuthors": ["me"], "blockAuthors": ["you"], "blockDocuments": ["it"], "airtimeShare": 2 } }
            """);
        SettingsReader.Read(_file, NoVariables, []).Problems.Count.ShouldBe(2);
        File.WriteAllText(_file, """{ "traffic": { "airAuthors": ["me"], "blockAuthors": ["you"], "blockDocuments": ["it"] } }""");
        SettingsReader.Read(_file, NoVariables, []).Problems.Count.ShouldBe(3);

        File.WriteAllText(_file, """{ "traffic": { "airSchemaIds": ["blob_v1"], "maxAirBytes": 500, "entriesPerHour": 12, "maxAirAgeHours": 3 } }""");
        var rules = SettingsReader.Read(_file, NoVariables, []).Settings.ShouldNotBeNull().Traffic.ToRules();

        rules.AirSchemas.ShouldNotBeNull().ShouldHaveSingleItem().Text.ShouldBe("blob_v1");
        (rules.MaxAirBytes, rules.EntriesPerHour, rules.MaxAirAge).ShouldBe((500, 12, TimeSpan.FromHours(3)));
        rules.AirAuthors.ShouldBeNull();
    }

    [Fact]
    public void Settings_that_do_not_go_together_are_all_listed()
    {
        var settings = new GatewaySettings
        {
            Radio = new RadioSection { Driver = RadioDriver.Sim, Region = "atlantis" },
            Network = new NetworkSettings { Psk = new string('a', 64) },
            Mesh = new MeshSettings { RepeatScope = RepeatScope.Direct },
        };

        SettingsCheck.Problems(settings).Count.ShouldBe(3);
    }

    [GeneratedRegex("""^    // ("\w+": (?!null).*)$""", RegexOptions.Multiline)]
    private static partial Regex Commented();
}
