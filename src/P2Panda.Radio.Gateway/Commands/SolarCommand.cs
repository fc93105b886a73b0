using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using P2Panda.Radio.Gateway.Hardware;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary><c>solar</c>: panel and battery for a gateway far from a socket.</summary>
internal static class SolarCommand
{
    private const double MostLoadWatts = 100;

    public static Command Create()
    {
        var load = new Option<double>("--load") { Description = "Mean power of gateway and radio in W", DefaultValueFactory = _ => 0.7 };
        var latitude = new Option<double>("--latitude") { Description = "Degrees, north positive", Required = true };
        var days = new Option<double>("--days") { Description = "Days without any sun that the battery must bridge", DefaultValueFactory = _ => 4 };
        var clearness = new Option<double>("--clearness")
        {
            Description = "Share of the sun that gets through in the darkest month: 0.3 cloudy winters, 0.5 dry ones",
            DefaultValueFactory = _ => 0.3,
        };
        var json = new Option<bool>("--json") { Description = "One JSON object" };
        var command = new Command("solar", "Say how large a solar panel and a battery must be") { load, latitude, days, clearness, json };
        command.SetAction(result => Run(
            result.GetValue(load), result.GetValue(latitude), result.GetValue(days), result.GetValue(clearness), result.GetValue(json)));
        return command;
    }

    private static int Run(double load, double latitude, double days, double clearness, bool json)
    {
        var problems = new List<string>();
        Require(load is > 0 and <= MostLoadWatts, $"--load is more than 0 and at most {MostLoadWatts} W", problems);
        Require(latitude is >= -90 and <= 90, "--latitude is between -90 and 90 degrees", problems);
        Require(days is >= 0 and <= 60, "--days is between 0 and 60", problems);
        Require(clearness is > 0 and <= 0.8, "--clearness is more than 0 and at most 0.8", problems);
        if (problems.Count > 0)
        {
            throw new CommandFailure(ExitCode.Usage, string.Join("; ", problems));
        }

        if (SolarBudget.For(load, latitude, days, clearness) is not { } budget)
        {
            throw new CommandFailure(
                ExitCode.Failure,
                FormattableString.Invariant($"At {latitude}° the darkest month has less than {SolarBudget.LeastSunHours} hours of full sun a day: the sun alone does not carry a gateway there."));
        }

        var month = CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(budget.DarkestMonth);
        Console.Out.WriteLine(json
            ? JsonSerializer.Serialize(
                new { month, sunHoursPerDay = Math.Round(budget.SunHoursPerDay, 2), panelWatts = Math.Ceiling(budget.PanelWatts), batteryWattHours = Math.Ceiling(budget.BatteryWattHours) })
            : FormattableString.Invariant(
                $"Darkest month {month}: {budget.SunHoursPerDay:0.0} hours of full sun a day. Panel {Math.Ceiling(budget.PanelWatts)} W, battery {Math.Ceiling(budget.BatteryWattHours)} Wh. Tilt the panel towards the noon sun of that month for reserve."));
        return ExitCode.Success;
    }

    private static void Require(bool holds, string demand, List<string> problems)
    {
        if (!holds)
        {
            problems.Add(demand);
        }
    }
}
