using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Commands;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void Few_gateways_get_everything_lawfully_and_the_same_seed_gives_the_same()
    {
        string[] arguments = ["simulate", "--nodes", "4", "--entries", "2", "--minutes", "40", "--seed", "1", "--json"];
        var first = _program.Run(arguments);
        first.ExitCode.ShouldBe(0, first.Error);
        var result = JsonSerializer.Deserialize<JsonElement>(first.Output);

        result.GetProperty("entries").GetInt32().ShouldBe(8);
        result.GetProperty("delivered").GetDouble().ShouldBe(1);
        result.GetProperty("violations").GetInt32().ShouldBe(0);
        result.GetProperty("frames").GetInt32().ShouldBeGreaterThan(8);
        _program.Run(arguments).Output.ShouldBe(first.Output);
    }

    [Fact]
    public void A_report_is_written_as_page_and_as_data()
    {
        var result = _program.Run("simulate", "village", "--nodes", "3", "--entries", "1", "--minutes", "31", "--report", _program.PathOf("reports"));
        result.ExitCode.ShouldBe(0, result.Error);
        File.ReadAllText(_program.PathOf("reports/village.html")).ShouldContain("Ten gateways scattered over a village");
        var data = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(_program.PathOf("reports/village.json")));
        data.GetProperty("gateways").GetArrayLength().ShouldBe(3);
        data.GetProperty("samples").GetArrayLength().ShouldBe(120);
    }

    [Theory]
    [InlineData("--nodes", "1", "places.scatter.nodes: 1 is not between 2 and 5000")]
    [InlineData("--minutes", "10", "no span within 10 minutes")]
    [InlineData("nowhere", "--json", "there is no scenario 'nowhere'")]
    public void What_makes_no_sense_is_refused(string first, string second, string expected)
    {
        var refused = _program.Run("simulate", first, second);

        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain(expected);
    }
}
