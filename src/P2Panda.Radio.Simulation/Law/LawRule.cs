using System.Text.Json;

namespace P2Panda.Radio.Simulation.Law;

/// <summary>One rule of a plan's file, read for checking.</summary>
internal sealed class LawRule
{
    private long _low;
    private long _high;
    private double _maxDbm;
    private string _reference = string.Empty;
    private double _allowance = 6;
    private (double MaxDbm, double PerHz, double Above)? _density;
    private TimeSpan _longest = TimeSpan.MaxValue;
    private int _minBandwidth;
    private int _maxBandwidth = int.MaxValue;
    private HashSet<long>? _centers;

    private LawRule(string id)
    {
        Id = id;
    }

    public string Id { get; }

    public bool OnByDefault { get; private set; }

    public TimeSpan DutyWindow { get; private set; }

    public TimeSpan DutyLimit { get; private set; }

    public TimeSpan DwellWindow { get; private set; }

    public TimeSpan DwellLimit { get; private set; }

    public TimeSpan Pause { get; private set; }

    public static LawRule Read(JsonElement element, IReadOnlyCollection<string> overrides)
    {
        var named = element.TryGetProperty("overrides", out var all)
            ? all.EnumerateArray().Where(item => overrides.Contains(item.GetProperty("id").GetString()!)).ToList()
            : [];
        var power = element.GetProperty("power");
        var rule = new LawRule(element.GetProperty("id").GetString()!)
        {
            _low = element.GetProperty("lowHz").GetInt64(),
            _high = element.GetProperty("highHz").GetInt64(),
            _maxDbm = named.Select(item => Number(item, "maxDbm")).LastOrDefault(value => value is not null) ?? power.GetProperty("maxDbm").GetDouble(),
            _reference = power.GetProperty("reference").GetString()!,
            _allowance = Number(power, "antennaAllowanceDbi") ?? 6,
            _minBandwidth = (int)(Number(element, "minBandwidthHz") ?? 0),
            _maxBandwidth = (int)(Number(element, "maxBandwidthHz") ?? int.MaxValue),
            OnByDefault = !Flag(element, "offByDefault") || named.Any(item => Flag(item, "enable")),
        };
        if (power.TryGetProperty("density", out var density))
        {
            rule._density = (density.GetProperty("maxDbm").GetDouble(), density.GetProperty("perHz").GetDouble(), Number(density, "aboveBandwidthHz") ?? 0);
        }

        if (element.TryGetProperty("centersHz", out var centers))
        {
            rule._centers = [.. centers.EnumerateArray().Select(item => item.GetInt64())];
        }

        if (element.TryGetProperty("hopping", out var hopping))
        {
            rule._centers = [.. Enumerable.Range(0, hopping.GetProperty("channels").GetInt32())
                .Select(index => hopping.GetProperty("firstHz").GetInt64() + (index * hopping.GetProperty("spacingHz").GetInt64()))];
        }

        if (element.TryGetProperty("dutyCycle", out var duty))
        {
            var percent = named.Select(item => Number(item, "dutyCyclePercent")).LastOrDefault(value => value is not null) ?? duty.GetProperty("percent").GetDouble();
            if (percent < 100)
            {
                rule.DutyWindow = TimeSpan.FromSeconds(Number(duty, "windowSeconds") ?? 3600);
                rule.DutyLimit = TimeSpan.FromSeconds((Number(duty, "windowSeconds") ?? 3600) * percent / 100);
            }
        }

        if (element.TryGetProperty("dwell", out var dwell) && !named.Any(item => Flag(item, "dropDwell")))
        {
            rule.DwellLimit = TimeSpan.FromMilliseconds(dwell.GetProperty("maxMilliseconds").GetDouble());
            rule.DwellWindow = TimeSpan.FromSeconds(Number(dwell, "windowSeconds") ?? 0);
            rule._longest = rule.DwellLimit;
        }

        if (element.TryGetProperty("access", out var access) && !named.Any(item => Flag(item, "dropAccess")))
        {
            rule.Pause = TimeSpan.FromMilliseconds(Number(access, "pauseMilliseconds") ?? 0);
            if (Number(access, "maxTransmissionMilliseconds") is > 0 and var longest && TimeSpan.FromMilliseconds(longest) < rule._longest)
            {
                rule._longest = TimeSpan.FromMilliseconds(longest);
            }
        }

        return rule;
    }

    /// <summary>What is wrong with an emission by itself, or none.</summary>
    public string? Objection(EmissionRecord emission, double gainDbi, double lossDb)
    {
        var half = emission.BandwidthHz / 2.0;
        if (emission.FrequencyHz - half < _low || emission.FrequencyHz + half > _high)
        {
            return "outside of the sub-band";
        }

        if (emission.BandwidthHz < _minBandwidth || emission.BandwidthHz > _maxBandwidth || _centers?.Contains(emission.FrequencyHz) == false)
        {
            return "not a channel";
        }

        if (emission.Duration > _longest)
        {
            return "too long";
        }

        var conducted = emission.PowerDbm - lossDb;
        var eirp = conducted + gainDbi;
        var measured = _reference switch
        {
            "erp" => eirp - 2.15,
            "eirp" => eirp,
            _ => conducted + (gainDbi > _allowance ? gainDbi - _allowance : 0),
        };
        if (measured > _maxDbm + 0.001)
        {
            return "too strong";
        }

        return _density is { } density && emission.BandwidthHz > density.Above
            && measured - (10 * Math.Log10(emission.BandwidthHz / density.PerHz)) > density.MaxDbm + 0.001
            ? "too dense"
            : null;
    }

    private static double? Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetDouble() : null;

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.GetBoolean();
}
