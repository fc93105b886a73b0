using System.Globalization;
using System.Text.Json.Nodes;

namespace P2Panda.Radio.Gateway.Tests.Commands;

/// <summary>The commands ask a running gateway; what they set outlives it.</summary>
public sealed class TrafficCommandTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void RulesThatWereSetOutliveARestart()
    {
        File.WriteAllText(_program.PathOf("rules.json"), """{"airtimeShare": 0.05}""");
        File.WriteAllText(_program.PathOf("wrong.json"), """{"airtimeShare": 5, "maxAirBytes": 1}""");
        using (var gateway = Start())
        {
            Share(gateway, "show").ShouldBe(0.2);
            Share(gateway, "set", _program.PathOf("rules.json")).ShouldBe(0.05);
            var wrong = Run(gateway, "traffic", "set", _program.PathOf("wrong.json"));
            wrong.ExitCode.ShouldBe(1);
            wrong.Error.ShouldContain("airtimeShare");
            wrong.Error.ShouldContain("maxAirBytes");
            var listed = Run(gateway, "quarantine", "list", "--json");
            (listed.ExitCode, listed.Output).ShouldBe((0, ""), listed.Error);
            Run(gateway, "quarantine", "release", new string('0', 68)).ExitCode.ShouldBe(1);
            gateway.Stop().ShouldBe(0);
        }

        using (var gateway = Start())
        {
            Share(gateway, "show").ShouldBe(0.05);
            Share(gateway, "reset").ShouldBe(0.2);
            gateway.Stop().ShouldBe(0);
        }
    }

    private RunningGateway Start() => RunningGateway.Start(
        _program, "--radio", "none", "--set", $"store.path={_program.PathOf("logs.db")}", "--set", $"api.tokenFile={_program.PathOf("api.token")}");

    private double Share(RunningGateway gateway, params string[] arguments)
    {
        var result = Run(gateway, ["traffic", .. arguments]);
        result.ExitCode.ShouldBe(0, result.Error);
        return JsonNode.Parse(result.Output)!["airtimeShare"]!.GetValue<double>();
    }

    private GatewayProgram.Result Run(RunningGateway gateway, params string[] arguments) => _program.Run(
        [
            .. arguments,
            "--set", string.Create(CultureInfo.InvariantCulture, $"api.port={gateway.Client.BaseAddress!.Port}"),
            "--set", $"api.tokenFile={_program.PathOf("api.token")}",
        ]);
}
