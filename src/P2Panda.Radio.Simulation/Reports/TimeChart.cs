using System.Globalization;
using System.Text;

namespace P2Panda.Radio.Simulation.Reports;

/// <summary>Lines or stacked areas over time, as SVG.</summary>
internal static class TimeChart
{
    private const int Width = 520;
    private const int Height = 220;
    private const int Left = 56;
    private const int Bottom = 24;
    private const int Top = 8;
    private const int LetterWidth = 6;

    private static readonly string[] Colours = ["#3a7ca5", "#e09f3e", "#2a9d6f", "#9a6fb0", "#d1495b", "#7f8c8d", "#56b4d3", "#b5838d"];

    public static string Of(double minutes, IReadOnlyList<TimeSeries> series, string unit, bool stacked)
    {
        var count = series.Count == 0 ? 0 : series[0].Points.Count;
        var highest = Math.Max(1e-9, Enumerable.Range(0, count)
            .Select(index => stacked ? series.Sum(line => line.Points[index].Value) : series.Max(line => line.Points[index].Value))
            .DefaultIfEmpty(0).Max());
        var step = NiceStep(highest);
        var ceiling = Math.Ceiling(highest / step) * step;
        var chart = new StringBuilder();
        chart.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height + 20}\" width=\"{Width}\" role=\"img\">\n");
        for (var value = 0.0; value <= ceiling + (step / 2); value += step)
        {
            chart.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width}\" y1=\"{Y(value):F1}\" y2=\"{Y(value):F1}\" stroke=\"var(--line)\"/><text x=\"{Left - 4}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{(value >= 1000 ? value.ToString("N0", CultureInfo.InvariantCulture) : value.ToString("G4", CultureInfo.InvariantCulture))} {unit}</text>\n");
        }

        for (var part = 0; part <= 4; part++)
        {
            var minute = minutes * part / 4;
            chart.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(minute):F1}\" y=\"{Height - 6}\" text-anchor=\"{(part == 4 ? "end" : "middle")}\">{minute:F0} min</text>\n");
        }

        var below = new double[count];
        var legend = Left;
        for (var number = 0; number < series.Count; number++)
        {
            var (line, colour) = (series[number], Colours[number % Colours.Length]);
            var upper = line.Points.Select((point, index) => (X: X(point.Minute), Y: Y(point.Value + (stacked ? below[index] : 0)))).ToList();
            if (stacked)
            {
                var lower = line.Points.Select((point, index) => (X: X(point.Minute), Y: Y(below[index]))).Reverse();
                chart.Append(CultureInfo.InvariantCulture, $"<polygon fill=\"{colour}\" points=\"{Join(upper.Concat(lower))}\"/>\n");
                for (var index = 0; index < count; index++)
                {
                    below[index] += line.Points[index].Value;
                }
            }
            else
            {
                chart.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{Join(upper)}\"/>\n");
            }

            if (series.Count > 1)
            {
                chart.Append(CultureInfo.InvariantCulture, $"<rect x=\"{legend}\" y=\"{Height + 6}\" width=\"9\" height=\"9\" fill=\"{colour}\"/><text x=\"{legend + 12}\" y=\"{Height + 14}\">{line.Name}</text>\n");
                legend += 26 + (LetterWidth * line.Name.Length);
            }
        }

        return chart.Append("</svg>\n").ToString();

        double X(double minute) => Left + ((Width - Left) * minute / minutes);
        double Y(double value) => Height - Bottom - ((Height - Bottom - Top) * value / ceiling);
    }

    private static string Join(IEnumerable<(double X, double Y)> points) =>
        string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:F1},{point.Y:F1}")));

    /// <summary>1, 2 or 5 times a power of ten, so that a chart has about four lines.</summary>
    private static double NiceStep(double highest)
    {
        var rough = highest / 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
