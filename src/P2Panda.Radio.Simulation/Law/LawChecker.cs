using System.Text.Json;

namespace P2Panda.Radio.Simulation.Law;

/// <summary>
/// Reads what one station emitted and says whether that was lawful. It shares nothing with the ledger but the plan's file: it parses that
/// itself, sees every emission of the past, and slides exact windows over it.
/// </summary>
public sealed class LawChecker
{
    /// <summary>Violations reported; more of the same help nobody.</summary>
    public const int MaxViolations = 100;

    private readonly List<LawRule> _rules;
    private readonly List<(long Low, long High, string Reason)> _forbidden;
    private readonly double _gainDbi;
    private readonly double _lossDb;

    /// <summary>A checker for one station.</summary>
    /// <param name="planJson">The regional plan's file.</param>
    /// <param name="chosenRule">The rule the station follows by its own choice, or none.</param>
    /// <param name="overrides">Overrides the operator has named.</param>
    /// <param name="gainDbi">Antenna gain in dBi.</param>
    /// <param name="lossDb">Cable loss in dB.</param>
    public LawChecker(ReadOnlyMemory<byte> planJson, string? chosenRule, IReadOnlyCollection<string> overrides, double gainDbi, double lossDb)
    {
        using var plan = JsonDocument.Parse(planJson);
        _gainDbi = gainDbi;
        _lossDb = lossDb;
        _rules = [.. plan.RootElement.GetProperty("subBands").EnumerateArray()
            .Select(element => LawRule.Read(element, overrides))
            .Where(rule => chosenRule is null ? rule.OnByDefault : rule.Id == chosenRule)];
        _forbidden = plan.RootElement.TryGetProperty("forbidden", out var forbidden)
            ? [.. forbidden.EnumerateArray().Select(element => (element.GetProperty("lowHz").GetInt64(), element.GetProperty("highHz").GetInt64(), element.GetProperty("reason").GetString()!))]
            : [];
    }

    /// <summary>Checks all emissions of the station.</summary>
    /// <param name="emissions">In any order.</param>
    /// <returns>What was unlawful, at most <see cref="MaxViolations"/>.</returns>
    public IReadOnlyList<LawViolation> Check(IEnumerable<EmissionRecord> emissions)
    {
        var violations = new List<LawViolation>();
        var byRule = new Dictionary<LawRule, List<EmissionRecord>>();
        var highPower = new List<EmissionRecord>();
        EmissionRecord? last = null;
        foreach (var emission in emissions.OrderBy(item => item.Start))
        {
            if (violations.Count >= MaxViolations)
            {
                break;
            }

            foreach (var (low, high, reason) in _forbidden)
            {
                if (emission.FrequencyHz + (emission.BandwidthHz / 2.0) > low && emission.FrequencyHz - (emission.BandwidthHz / 2.0) < high)
                {
                    violations.Add(new LawViolation(emission.End, "forbidden", $"{emission.FrequencyHz} Hz: {reason}"));
                }
            }

            var rule = _rules.FirstOrDefault(candidate => candidate.Objection(emission, _gainDbi, _lossDb) is null);
            if (rule is null)
            {
                var objections = _rules.Select(candidate => $"{candidate.Id}: {candidate.Objection(emission, _gainDbi, _lossDb)}");
                violations.Add(new LawViolation(emission.End, "channel", string.Join("; ", objections)));
                continue;
            }

            if (last is { } before && emission.Start < before.End)
            {
                violations.Add(new LawViolation(emission.End, "one radio", "an emission began before the last had ended"));
            }

            if (last is { } previous && rule.Pause > TimeSpan.Zero && emission.Start - previous.End < rule.Pause)
            {
                violations.Add(new LawViolation(emission.End, $"{rule.Id} pause", $"{(emission.Start - previous.End).TotalMilliseconds} ms of silence instead of {rule.Pause.TotalMilliseconds} ms"));
            }

            if (emission.PowerDbm > 17)
            {
                highPower.Add(emission);
            }

            if (!byRule.TryGetValue(rule, out var list))
            {
                byRule.Add(rule, list = []);
            }

            list.Add(emission);
            last = emission;
        }

        foreach (var (rule, list) in byRule)
        {
            if (rule.DutyWindow > TimeSpan.Zero)
            {
                Slide(list, rule.DutyWindow, rule.DutyLimit, $"{rule.Id} duty cycle", violations);
            }

            if (rule.DwellWindow > TimeSpan.Zero)
            {
                foreach (var channel in list.GroupBy(item => item.FrequencyHz))
                {
                    Slide([.. channel], rule.DwellWindow, rule.DwellLimit, $"{rule.Id} dwell on {channel.Key} Hz", violations);
                }
            }
        }

        // SX1276 datasheet, 5.4.3: +20 dBm at most 1 % of the time.
        Slide(highPower, TimeSpan.FromHours(1), TimeSpan.FromSeconds(36), "high power", violations);
        return violations;
    }

    /// <summary>
    /// The busiest window ends with an emission or begins with one; a window that begins with one and is too busy contains one that ends with
    /// one and is as busy. So it is enough to look back from the end of each.
    /// </summary>
    private static void Slide(List<EmissionRecord> emissions, TimeSpan window, TimeSpan limit, string name, List<LawViolation> violations)
    {
        var oldest = 0;
        var sum = TimeSpan.Zero;
        foreach (var emission in emissions)
        {
            sum += emission.Duration;
            var begin = emission.End - window;
            while (emissions[oldest].End <= begin)
            {
                sum -= emissions[oldest].Duration;
                oldest++;
            }

            var outside = begin > emissions[oldest].Start ? begin - emissions[oldest].Start : TimeSpan.Zero;
            if (sum - outside > limit && violations.Count < MaxViolations)
            {
                violations.Add(new LawViolation(emission.End, name, $"{(sum - outside).TotalSeconds} s on air in {window.TotalSeconds} s, {limit.TotalSeconds} s allowed"));
            }
        }
    }
}
