using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace P2Panda.Radio.Gateway.Api.Metrics;

/// <summary>
/// Reads observable instruments and writes them in Prometheus' text format 0.0.4, named as OpenTelemetry's rules for Prometheus say: unit and
/// <c>_total</c> behind the name, what is no letter, digit or colon as underscore.
/// </summary>
internal static class PrometheusText
{
    /// <summary>The content type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Reads the instruments of some meters now.</summary>
    public static string Read(params IReadOnlyCollection<string> meters)
    {
        var families = new SortedDictionary<string, Family>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.IsObservable && meters.Contains(instrument.Meter.Name))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(families, instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(families, instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(families, instrument, value, tags));
        listener.Start();
        var text = new StringBuilder();
        try
        {
            listener.RecordObservableInstruments();
        }
        catch (AggregateException failure)
        {
            // The others were read all the same.
            text.Append("# Instruments that could not be read: ").Append(failure.InnerExceptions.Count).Append('\n');
        }

        foreach (var (name, family) in families)
        {
            if (family.Help is { Length: > 0 } help)
            {
                text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n');
            }

            text.Append("# TYPE ").Append(name).Append(family.IsCounter ? " counter\n" : " gauge\n").AppendJoin(string.Empty, family.Lines);
        }

        return text.ToString();
    }

    /// <summary>The name that an instrument has for Prometheus.</summary>
    internal static string NameOf(Instrument instrument)
    {
        var name = new string([.. instrument.Name.Select(character => char.IsAsciiLetterOrDigit(character) || character == ':' ? character : '_')]);
        var unit = instrument.Unit switch
        {
            null or "" or "1" => null,
            "s" => "seconds",
            "By" => "bytes",
            "dB" => "decibels",
            ['{', ..] => null,
            _ => instrument.Unit,
        };
        name = unit is null || name.EndsWith("_" + unit, StringComparison.Ordinal) ? name : $"{name}_{unit}";
        return IsCounter(instrument) ? name + "_total" : name;
    }

    private static bool IsCounter(Instrument instrument) => instrument is ObservableCounter<long> or ObservableCounter<int> or ObservableCounter<double>;

    private static void Add(SortedDictionary<string, Family> families, Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = NameOf(instrument);
        if (!families.TryGetValue(name, out var family))
        {
            families.Add(name, family = new Family(instrument.Description, IsCounter(instrument), []));
        }

        var line = new StringBuilder(name);
        for (var i = 0; i < tags.Length; i++)
        {
            var label = tags[i].Key.Replace('.', '_');
            var text = Convert.ToString(tags[i].Value, CultureInfo.InvariantCulture) ?? string.Empty;
            line.Append(i == 0 ? '{' : ',').Append(label).Append("=\"")
                .Append(text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        }

        family.Lines.Add(line.Append(tags.Length > 0 ? "} " : " ").Append(Text(value)).Append('\n').ToString());
    }

    private static string Text(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private sealed record Family(string? Help, bool IsCounter, List<string> Lines);
}
