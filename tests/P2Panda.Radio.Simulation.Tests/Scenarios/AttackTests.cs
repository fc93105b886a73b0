using P2Panda.Radio.Simulation.Experiments;

namespace P2Panda.Radio.Simulation.Tests.Scenarios;

/// <summary>
/// Whoever sends what nobody can prove, or asks for everything again and again, makes a mesh do little more than whoever sends noise. The
/// figures are those of <c>benchmark mesh --only A9</c>; a few seeds spread more than its thirty.
/// </summary>
public class AttackTests
{
    private const int Seeds = 4;

    [Theory]
    [InlineData(AttackKind.RandomForgery)]
    [InlineData(AttackKind.RelatedForgery)]
    [InlineData(AttackKind.TagFlood)]
    [InlineData(AttackKind.Replay)]
    [InlineData(AttackKind.WantFlood)]
    public void Honest_gateways_deliver_and_hardly_react(AttackKind kind)
    {
        var runs = Enumerable.Range(1, Seeds).Select(seed => new AttackExperiment().Run(kind, seed)).ToList();
        runs.Sum(run => run.Attacked.Strangers).ShouldBe(0);
        (runs.Sum(run => run.Attacked.Delivered) / runs.Sum(run => run.Control.Delivered)).ShouldBeGreaterThan(0.92);
        (runs.Sum(run => run.Attacked.Recovered) / runs.Sum(run => run.Control.Recovered)).ShouldBeGreaterThan(0.9);
        (runs.Sum(run => run.Attacked.Airtime.TotalSeconds) / runs.Sum(run => run.Control.Airtime.TotalSeconds)).ShouldBeLessThan(1.25);
    }
}
