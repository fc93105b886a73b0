using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Commands;

public sealed class RegionsCommandTests
{
    [Fact]
    public void CheckSaysWhatAStationMayDo()
    {
        var (exit, output, _) = Run("regions check eu868 --profile busy --antenna-gain 6 --cable-loss 0.5 --json");
        exit.ShouldBe(0);
        var line = JsonDocument.Parse(output).RootElement;
        line.GetProperty("rule").GetString().ShouldBe("eu868/M");
        line.GetProperty("maxPowerDbm").GetInt32().ShouldBe(10);
        line.GetProperty("airtimePerHourSeconds").GetDouble().ShouldBe(36);
        line.GetProperty("longestFrameBytes").GetInt32().ShouldBe(255);
        line.TryGetProperty("warning", out _).ShouldBeFalse();
    }

    [Fact]
    public void CheckListsEveryReasonOfARefusal()
    {
        var (exit, output, _) = Run("regions check us915 --frequency 910 --bandwidth 125 --json");
        exit.ShouldBe(1);
        JsonDocument.Parse(output).RootElement.GetProperty("reasons").GetArrayLength().ShouldBe(2);

        (exit, _, var errors) = Run("regions check cn779 --cable-loss -1 --override nothing");
        exit.ShouldBe(1);
        errors.ShouldContain("withdrawn in China");
        errors.ShouldContain("cable loss -1 dB");
        errors.ShouldContain("no override 'nothing'");
    }

    [Fact]
    public void SlowSettingsAreCalledSlow()
    {
        var (_, output, _) = Run("regions check eu868 --frequency 868.3 --sf 12 --json");
        JsonDocument.Parse(output).RootElement.GetProperty("warning").GetString().ShouldBe(
            "7 frames an hour carry 1 to 2 messages an hour, relaying included: choose a faster profile if you can");
    }

    [Fact]
    public void ListAndShowKnowThePlans()
    {
        Run("regions list --json").Output.Trim().Split('\n').Length.ShouldBe(21);
        Run("regions show eu868").Output.ShouldContain("46b-access-point");
        Run("regions show atlantis").Exit.ShouldBe(2);
    }

    private static (int Exit, string Output, string Errors) Run(string arguments) => Tool.Gateway(arguments.Split(' '));
}
