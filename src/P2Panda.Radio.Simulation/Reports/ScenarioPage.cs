using System.Globalization;
using System.Net;
using System.Text;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Reports;

/// <summary>The report of a run as one HTML page that needs nothing else: a map, delivery over time, airtime by kind, the gateways.</summary>
public static class ScenarioPage
{
    private const int MapSize = 520;
    private const int MapMargin = 24;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2733; --soft: #667; --line: #8899aa55; --good: #2a9d6f; --bad: #d1495b; --paper: #fff; }
        @media (prefers-color-scheme: dark) { :root { --ink: #dde5ee; --soft: #9ab; --paper: #12181f; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
        h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2rem; } p.about { color: var(--soft); margin-top: .2rem; }
        dl.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .6rem; }
        dl.figures div { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .8rem; }
        dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
        .row { display: flex; flex-wrap: wrap; gap: 2rem; } svg { max-width: 100%; height: auto; } svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; } th, td { padding: .15rem .8rem; text-align: right; border-bottom: 1px solid var(--line); }
        .bad { color: var(--bad); }
        """;

    /// <summary>Makes the page.</summary>
    /// <param name="name">Name of the scenario.</param>
    /// <param name="scenario">What was run.</param>
    /// <param name="result">What it came to.</param>
    public static string Of(string name, Scenario scenario, ScenarioResult result)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(result);
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{Escape(name)}</title>
            <style>{Style}</style></head><body>
            <h1>{Escape(name)}</h1>
            <p class="about">{Escape(scenario.Description)} Seed {result.Seed}, plan {Escape(scenario.Plan)}, profile {Escape(scenario.Profile)}.</p>
            <dl class="figures">
            """);
        Figure(page, "delivered", Percent(result.Delivered));
        Figure(page, "delay, half of them", Seconds(result.DelayMedianSeconds));
        Figure(page, "delay, 95 %", Seconds(result.DelayP95Seconds));
        Figure(page, "entries", Number(result.Entries));
        Figure(page, "gateways", Number(result.Gateways.Count));
        Figure(page, "simulated time", Minutes(result.Minutes));
        Figure(page, "frames", Number(result.Frames));
        Figure(page, "airtime of all", Seconds(result.AirtimeSeconds));
        if (result.HostileAirtimeSeconds > 0)
        {
            Figure(page, "airtime of the hostile", Seconds(result.HostileAirtimeSeconds));
        }

        Figure(page, "legal limits exceeded", Number(result.Violations.Count), result.Violations.Count > 0);
        page.Append("</dl>\n<div class=\"row\"><section><h2>Map</h2>\n").Append(Map(result)).Append("</section>\n<section>");
        page.Append("<h2>Delivered over time</h2>\n");
        page.Append(TimeChart.Of(
            result.Minutes,
            [new TimeSeries("delivered", [.. result.Samples.Select(sample => (sample.Minute, sample.Wanted == 0 ? 100 : 100.0 * sample.Delivered / sample.Wanted))])],
            "%",
            stacked: false));
        page.Append("<h2>Airtime by what it was for</h2>\n");
        page.Append(TimeChart.Of(result.Minutes, AirtimeSeries(result), "s", stacked: true));
        page.Append("</section></div>\n");
        Table(page, result);
        foreach (var violation in result.Violations)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"bad\">{violation.At}: {Escape(violation.Limit)}: {Escape(violation.Message)}</p>\n");
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static List<TimeSeries> AirtimeSeries(ScenarioResult result) =>
    [
        .. result.AirtimeByKindSeconds.OrderByDescending(pair => pair.Value).Select(kind => new TimeSeries(
            kind.Key, [.. result.Samples.Select(sample => (sample.Minute, sample.AirtimeByKindSeconds.GetValueOrDefault(kind.Key)))])),
    ];

    private static string Map(ScenarioResult result)
    {
        var (left, right) = (result.Gateways.Min(gateway => gateway.X), result.Gateways.Max(gateway => gateway.X));
        var (bottom, top) = (result.Gateways.Min(gateway => gateway.Y), result.Gateways.Max(gateway => gateway.Y));
        var scale = (MapSize - (2 * MapMargin)) / Math.Max(Math.Max(right - left, top - bottom), 1e-9);
        (double X, double Y) Place(ScenarioGatewayResult gateway) => (MapMargin + ((gateway.X - left) * scale), MapSize - MapMargin - ((gateway.Y - bottom) * scale));
        var map = new StringBuilder();
        map.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {MapSize} {MapSize}\" width=\"{MapSize}\" role=\"img\" aria-label=\"Map of the gateways\">\n");
        foreach (var gateway in result.Gateways)
        {
            var (x, y) = Place(gateway);
            foreach (var other in gateway.Neighbours.Where(other => other > gateway.Node))
            {
                var (x2, y2) = Place(result.Gateways[other]);
                map.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:F1}\" y1=\"{y:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\" stroke=\"var(--line)\"/>\n");
            }
        }

        var most = Math.Max(result.Gateways.Max(gateway => gateway.AirtimeSeconds), 0.001);
        foreach (var gateway in result.Gateways)
        {
            var (x, y) = Place(gateway);
            var radius = 4 + (6 * Math.Sqrt(gateway.AirtimeSeconds / most));
            var colour = gateway.Missing == 0 ? "var(--good)" : "var(--bad)";
            map.Append(CultureInfo.InvariantCulture, $"""
                <circle cx="{x:F1}" cy="{y:F1}" r="{radius:F1}" fill="{colour}"><title>gateway {gateway.Node}: {gateway.Entries} entries, {gateway.Missing} missing, {gateway.AirtimeSeconds:F1} s on air</title></circle><text x="{x + radius + 2:F1}" y="{y + 4:F1}">{gateway.Node}</text>

                """);
        }

        return map.Append("</svg><p class=\"about\">Size: airtime. Green: has everything.</p>").ToString();
    }

    private static void Table(StringBuilder page, ScenarioResult result)
    {
        page.Append("<h2>Gateways</h2>\n<table><tr><th>gateway</th><th>in reach</th><th>entries</th><th>missing</th><th>airtime</th><th>share of time</th></tr>\n");
        foreach (var gateway in result.Gateways)
        {
            page.Append(CultureInfo.InvariantCulture, $"""
                <tr><td>{gateway.Node}</td><td>{gateway.Neighbours.Count}</td><td>{gateway.Entries}</td><td{(gateway.Missing > 0 ? " class=\"bad\"" : string.Empty)}>{gateway.Missing}</td><td>{Seconds(gateway.AirtimeSeconds)}</td><td>{gateway.AirtimeSeconds / (result.Minutes * 60):P3}</td></tr>

                """);
        }

        page.Append("</table>\n");
    }

    private static void Figure(StringBuilder page, string term, string value, bool isBad = false) =>
        page.Append(CultureInfo.InvariantCulture, $"<div><dt>{term}</dt><dd{(isBad ? " class=\"bad\"" : string.Empty)}>{value}</dd></div>\n");

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F2} %");

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:N1} s");

    private static string Minutes(double minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes:N0} min");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
