using System.Globalization;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Gateway.Display;

/// <summary>Figures as a screen.</summary>
internal static class StatusScreen
{
    public static TextScreen Draw(StatusFigures figures)
    {
        var screen = new TextScreen();
        screen.Write(0, "P2Panda", figures.Radio switch
        {
            RadioState.Receiving or RadioState.DetectingActivity => "listening",
            RadioState.Transmitting => "sending",
            RadioState.Failed => "radio failed",
            _ => "radio off",
        });
        screen.Write(1, "Entries", figures.Entries.ToString(CultureInfo.InvariantCulture));
        screen.Write(2, "Neighbours", figures.Neighbours.ToString(CultureInfo.InvariantCulture));
        screen.Write(3, "Airtime left", Airtime(figures.AirtimeLeft));
        return screen;
    }

    // Rounded down: never more than there is.
    private static string Airtime(TimeSpan? left) => left switch
    {
        null => "no limit",
        { TotalMinutes: >= 10 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(left.Value.TotalMinutes):0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(left.Value.TotalSeconds * 10) / 10:0.0} s"),
    };
}
