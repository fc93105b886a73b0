using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Commands;

public sealed class SimulateCommandTests : IDisposable
{
    private readonly GatewayProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void Few_gateways_get_everything_lawfully_and_the_same_seed_gives_the_same()
    {
        string[] arguments = ["simulate", "--nodes", "4", "--entries", "2", "--minutes", "10", "--seed", "1", "--json"];
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
    public void What_makes_no_sense_is_refused()
    {
        var refused = _program.Run("simulate", "--nodes", "1");

        refused.ExitCode.ShouldBe(2);
        refused.Error.ShouldContain("--nodes 1 is not between 2 and 200");
    }
}
