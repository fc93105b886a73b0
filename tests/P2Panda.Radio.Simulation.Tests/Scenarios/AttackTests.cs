using P2Panda.Radio.Simulation.Experiments;

namespace P2Panda.Radio.Simulation.Tests.Scenarios;

/// <summary>Whoever sends what nobody can prove makes a mesh do little more than whoever sends noise.</summary>
public class AttackTests
{
    private const int Seeds = 4;

    [Theory]
    [InlineData(AttackKind.RandomForgery, 1.35)]
    [InlineData(AttackKind.RelatedForgery, 1.35)]
    [InlineData(AttackKind.TagFlood, 1.35)]
    [InlineData(AttackKind.Replay, 2.2)]
    public void Honest_gateways_deliver_and_hardly_react(AttackKind kind, double mostAirtime)
    {
        var runs = Enumerable.Range(1, Seeds).Select(seed => new AttackExperiment().Run(kind, seed)).ToList();
        runs.Sum(run => run.Attacked.Strangers).ShouldBe(0);
        (runs.Sum(run => run.Attacked.Delivered) / runs.Sum(run => run.Control.Delivered)).ShouldBeGreaterThan(0.92);
        (runs.Sum(run => run.Attacked.Airtime.TotalSeconds) / runs.Sum(run => run.Control.Airtime.TotalSeconds)).ShouldBeLessThan(mostAirtime);
    }
}
