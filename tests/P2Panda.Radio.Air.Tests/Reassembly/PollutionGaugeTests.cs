using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Planning;
using P2Panda.Radio.Air.Reassembly;

namespace P2Panda.Radio.Air.Tests.Reassembly;

public class PollutionGaugeTests
{
    [Fact]
    public void What_is_told_when_nothing_but_forgeries_is_heard_can_be_planned_with()
    {
        var gauge = new PollutionGauge();
        gauge.Count(symbols: 250, forged: 250);
        gauge.Share.ShouldBe(PollutionGauge.Most);
        SymbolPlanner.Plan(300, new PlanRequest { Modulation = new LoraModulation { SpreadingFactor = 7, BandwidthHz = 125_000 }, ForgedShare = gauge.Share }).ShouldNotBeNull();
    }

    [Fact]
    public void An_attack_is_forgotten()
    {
        var gauge = new PollutionGauge();
        gauge.Share.ShouldBe(0);
        gauge.Count(symbols: 10, forged: 5);
        gauge.Share.ShouldBe(0.5);
        for (var burst = 0; burst < 40; burst++)
        {
            gauge.Count(symbols: 8, forged: 0);
        }

        gauge.Share.ShouldBeLessThan(0.05);
    }
}
