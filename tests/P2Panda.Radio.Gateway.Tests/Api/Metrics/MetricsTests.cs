using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using P2Panda.Radio.Gateway.Api.Metrics;

namespace P2Panda.Radio.Gateway.Tests.Api.Metrics;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task EveryLineIsOneThatPrometheusReads()
    {
        await using var gateway = await ServedGateway.StartAsync("radio.driver=sim", "radio.rule=M", "radio.profile=busy");
        var published = await gateway.PublishNotesAsync();
        using var answer = await gateway.Client.GetAsync("/metrics");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');
        lines[^1].ShouldBeEmpty();
        lines[..^1].ShouldAllBe(line => Line().IsMatch(line));
        lines.ShouldContain($"p2panda_store_entries {published}");
        lines.Count(line => Regex.IsMatch(line, "^p2panda_(radio|mesh)_[a-z_]+_total [0-9.]+$")).ShouldBeGreaterThan(20);
        lines.ShouldContain("# TYPE p2panda_radio_airtime_left_seconds gauge");
        lines.ShouldContain("# TYPE p2panda_radio_airtime_seconds_total counter");
        lines.Count(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).ShouldBe(
            lines.Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Distinct().Count());
    }

    [Fact]
    public async Task PublishesAreCountedByWhatBecameOfThem()
    {
        await using var gateway = await ServedGateway.StartAsync();
        var published = await gateway.PublishNotesAsync();
        await gateway.PublishNotesAsync();
        var outcomes = (await gateway.Client.GetStringAsync("/metrics")).Split('\n').Where(line => line.StartsWith("p2panda_api_publishes_total{", StringComparison.Ordinal)).ToList();

        // Other gateways of this test process may be heard too; ours is among them.
        outcomes.ShouldContain($"p2panda_api_publishes_total{{outcome=\"stored\"}} {published}");
        outcomes.ShouldContain($"p2panda_api_publishes_total{{outcome=\"repeated\"}} {published}");
    }

    [Fact]
    public void NamesUnitsAndLabelsAreWrittenAsPrometheusWantsThem()
    {
        using var meter = new Meter("test.meter." + Guid.NewGuid());
        meter.CreateObservableGauge("a.b-c", () => new[] { new Measurement<double>(0.5, KeyValuePair.Create<string, object?>("the.key", "a\"b\\c\nd")) }, "1", "Line\none \\ two.");
        meter.CreateObservableCounter("sent", () => 7L, "By");
        meter.CreateObservableCounter("spent.seconds", () => 1.5, "s");
        meter.CreateObservableGauge("broken", () => double.NaN, "{thing}");
        meter.CreateObservableGauge("endless", () => double.NegativeInfinity);
        meter.CreateObservableGauge("failing", new Func<int>(() => throw new InvalidOperationException()));
        PrometheusText.Read(meter.Name).ShouldBe(
            "# Instruments that could not be read: 1\n# HELP a_b_c Line\\none \\\\ two.\n# TYPE a_b_c gauge\na_b_c{the_key=\"a\\\"b\\\\c\\nd\"} 0.5\n" +
            "# TYPE broken gauge\nbroken NaN\n# TYPE endless gauge\nendless -Inf\n# TYPE sent_bytes_total counter\nsent_bytes_total 7\n# TYPE spent_seconds_total counter\nspent_seconds_total 1.5\n");
    }

    [GeneratedRegex("""^(# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .*|# TYPE [a-zA-Z_:][a-zA-Z0-9_:]* (counter|gauge)|[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*")*\})? (NaN|[+-]?(Inf|[0-9.]+(E[+-]?[0-9]+)?)))$""")]
    private static partial Regex Line();
}
