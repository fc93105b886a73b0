using P2Panda.Radio.Gateway.Hardware;

namespace P2Panda.Radio.Gateway.Tests.Hardware;

public sealed class SolarBudgetTests
{
    [Theory]
    [InlineData(43, 105, 9416)] // Duffie and Beckman, example 1.10.1: 33.8 MJ/m² on 15 April at 43° N, within their rounding.
    [InlineData(0, 75, 10500)]
    public void TheSunOutsideTheAtmosphereIsAsInTheBook(double latitude, int day, double wattHours) =>
        SolarBudget.Extraterrestrial(latitude, day).ShouldBe(wattHours, wattHours * 0.01);

    [Fact]
    public void TheDarkestMonthDecides()
    {
        var north = SolarBudget.For(0.7, 48, 4, 0.3).ShouldNotBeNull();
        north.DarkestMonth.ShouldBe(12);
        north.SunHoursPerDay.ShouldBeInRange(0.6, 0.9);
        north.PanelWatts.ShouldBe(0.7 * 24 / (north.SunHoursPerDay * SolarBudget.Efficiency), 1e-9);
        north.BatteryWattHours.ShouldBe(84, 1e-9);
        SolarBudget.For(0.7, -35, 4, 0.3)!.DarkestMonth.ShouldBe(6);
        SolarBudget.For(0.7, 0, 4, 0.3)!.PanelWatts.ShouldBeLessThan(north.PanelWatts / 2);
    }

    [Fact]
    public void BeyondThePolarCircleThereIsNoBudget()
    {
        SolarBudget.For(0.7, 69, 4, 0.5).ShouldBeNull();
        Tool.Gateway("solar", "--latitude", "69").Exit.ShouldBe(1);
        Tool.Gateway("solar", "--latitude", "91", "--load", "0").Errors.ShouldBe("p2panda-radio: --load is more than 0 and at most 100 W; --latitude is between -90 and 90 degrees\n");
        Tool.Gateway("solar", "--latitude", "48", "--json").Output.ShouldStartWith("""{"month":"December",""");
    }
}
