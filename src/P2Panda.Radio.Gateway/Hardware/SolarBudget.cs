namespace P2Panda.Radio.Gateway.Hardware;

/// <summary>
/// How large a panel and a battery must be for a load that runs all year. The sun outside the atmosphere is computed for each month
/// (Duffie and Beckman, Solar Engineering of Thermal Processes, equation 1.10.3 at the months' mean days); how much of it arrives is
/// the clearness index. The panel is reckoned flat, so that tilting it towards the winter sun is a reserve.
/// </summary>
internal sealed record SolarBudget(int DarkestMonth, double SunHoursPerDay, double PanelWatts, double BatteryWattHours)
{
    /// <summary>Share of the panel's energy that reaches the load: charge controller, battery, converter, dirt, heat.</summary>
    public const double Efficiency = 0.65;

    /// <summary>Share of a battery that is used, so that it lasts.</summary>
    public const double DepthOfDischarge = 0.8;

    /// <summary>Least sun that is worth reckoning with, in full-sun hours a day.</summary>
    public const double LeastSunHours = 0.15;

    private const double SolarConstant = 1367;

    // Day of the year whose declination is the month's mean (Duffie and Beckman, table 1.6.1).
    private static readonly int[] MeanDays = [17, 47, 75, 105, 135, 162, 198, 228, 258, 288, 318, 344];

    /// <summary>Works out the budget.</summary>
    /// <param name="loadWatts">Mean power of the load.</param>
    /// <param name="latitude">Degrees, north positive.</param>
    /// <param name="darkDays">Days the battery must last without any sun.</param>
    /// <param name="clearness">Share of the sun outside the atmosphere that arrives in the darkest month: 0.3 cloudy winters, 0.5 dry ones.</param>
    /// <returns>The budget, or none when the darkest month has no sun to speak of.</returns>
    public static SolarBudget? For(double loadWatts, double latitude, double darkDays, double clearness)
    {
        var hours = MeanDays.Select(day => clearness * Extraterrestrial(latitude, day) / 1000).ToArray();
        var darkest = Array.IndexOf(hours, hours.Min());
        if (hours[darkest] < LeastSunHours)
        {
            return null;
        }

        var perDay = 24 * loadWatts;
        return new SolarBudget(darkest + 1, hours[darkest], perDay / (hours[darkest] * Efficiency), perDay * darkDays / DepthOfDischarge);
    }

    /// <summary>Energy on a horizontal square metre outside the atmosphere on one day, in Wh.</summary>
    internal static double Extraterrestrial(double latitude, int day)
    {
        var phi = double.DegreesToRadians(latitude);
        var declination = double.DegreesToRadians(23.45) * Math.Sin(2 * Math.PI * (284 + day) / 365);
        var sunset = Math.Acos(Math.Clamp(-Math.Tan(phi) * Math.Tan(declination), -1, 1));
        var distance = 1 + (0.033 * Math.Cos(2 * Math.PI * day / 365));
        return 24 / Math.PI * SolarConstant * distance
            * ((Math.Cos(phi) * Math.Cos(declination) * Math.Sin(sunset)) + (sunset * Math.Sin(phi) * Math.Sin(declination)));
    }
}
