using System.Globalization;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Simulation.Tests.Foreign;

/// <summary>The recorded SPI traffic of six foreign drivers, replayed against the chip model.</summary>
public class ForeignDriverReplayTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("arduino-lora", "")]
    [InlineData("arduino-lmic", "")]
    [InlineData("loramac-node", "")]
    [InlineData("radio-sx127x", "")]
    [InlineData("radiolib", "")]
    [InlineData("radiolib", "errata_fixes ")]
    [InlineData("sx127x_lora", "")]
    public void TheModelAnswersAsRecorded(string driver, string build)
    {
        using var vectors = TestVectors.Json($"sx127x/{driver}.json");
        var sequences = vectors.RootElement.GetProperty("sequence");
        var settings = vectors.RootElement.GetProperty("records")[0].GetProperty("settings");
        var phases = 0;
        foreach (var phase in (string[])["tx", "rx", "cad"])
        {
            if (!sequences.TryGetProperty(build + phase, out var steps))
                continue;
            phases++;
            using var replay = new RecordedSequence(
                settings.GetProperty("frequency_hz").GetInt64(),
                byte.Parse(settings.GetProperty("sync_word").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            replay.Replay("init", sequences.GetProperty(build + "init"));
            if (sequences.TryGetProperty(build + "configure", out var configure))
                replay.Replay("configure", configure);
            replay.Replay(phase, steps);
            output.WriteLine($"{driver} {build}{phase}: {replay.Transfers} transfers, {replay.Differences.Count} differences, "
                + $"{replay.Model.Violations.Count} notes: {string.Join(" | ", replay.Model.Violations.Select(v => v.Message).Distinct())}");

            var unnamed = replay.Differences.Where(difference => !IsNamed(driver, difference)).ToList();
            unnamed.ShouldBeEmpty($"{driver} {phase}");
            replay.Model.Violations.Where(violation => !violation.IsErratum && !IsNamed(driver, violation)).ShouldBeEmpty($"{driver} {phase}");
        }

        phases.ShouldBeGreaterThanOrEqualTo(2);
    }

    private static bool IsNamed(string driver, ChipViolation violation) =>
        // LMIC listens for noise with a modem setting no packet could have.
        driver == "arduino-lmic" && violation.Message == "Asked to receive with coding rate code 5.";

    private static bool IsNamed(string driver, string difference) =>
        // Chance: LMIC collects noise from RegRssiWideband.
        driver == "arduino-lmic" && difference.StartsWith("init: 2C ", StringComparison.Ordinal);
}
