using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>A regional plan applied to one station. Says of any channel whether and how it may be used.</summary>
public sealed class StationPlan
{
    private readonly IReadOnlyList<SubBand> _rules;
    private readonly Dictionary<string, List<RuleOverride>> _applied;

    private StationPlan(RegionalPlan plan, StationSetup setup, IReadOnlyList<SubBand> rules, Dictionary<string, List<RuleOverride>> applied)
    {
        Plan = plan;
        Setup = setup;
        _rules = rules;
        _applied = applied;
    }

    /// <summary>The plan.</summary>
    public RegionalPlan Plan { get; }

    /// <summary>The station.</summary>
    public StationSetup Setup { get; }

    /// <summary>Rules the station may follow, overrides applied, preferred ones first.</summary>
    public IReadOnlyList<SubBand> Rules => _rules;

    /// <summary>Overrides in force; to be logged and shown.</summary>
    public IReadOnlyList<RuleOverride> Overrides => [.. _applied.Values.SelectMany(list => list)];

    /// <summary>Applies a plan to a station.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="setup">The station.</param>
    /// <param name="station">The result, when nothing is wrong.</param>
    /// <returns>Everything that is wrong; empty when all is well.</returns>
    public static IReadOnlyList<string> TryCreate(RegionalPlan plan, StationSetup setup, out StationPlan? station)
    {
        var errors = new List<string>();
        if (plan.Refusal is { } refusal)
        {
            errors.Add($"plan {plan.Id}: {refusal}");
        }

        if (!double.IsFinite(setup.AntennaGainDbi) || Math.Abs(setup.AntennaGainDbi) > StationSetup.MaxGainDbi)
        {
            errors.Add(FormattableString.Invariant($"antenna gain {setup.AntennaGainDbi} dBi is not between −{StationSetup.MaxGainDbi} and {StationSetup.MaxGainDbi} dBi"));
        }

        if (!double.IsFinite(setup.CableLossDb) || setup.CableLossDb is < 0 or > StationSetup.MaxCableLossDb)
        {
            errors.Add(FormattableString.Invariant($"cable loss {setup.CableLossDb} dB is not between 0 and {StationSetup.MaxCableLossDb} dB"));
        }

        if (setup.ModuleMinDbm > setup.ModuleMaxDbm)
        {
            errors.Add($"module power: lowest {setup.ModuleMinDbm} dBm is above highest {setup.ModuleMaxDbm} dBm");
        }

        if (setup.SubBand is { } wanted && plan.FindSubBand(wanted) is null)
        {
            errors.Add($"plan {plan.Id} has no rule '{wanted}'; it has {string.Join(", ", plan.SubBands.Select(band => band.Id))}");
        }

        var known = plan.SubBands.SelectMany(band => band.Overrides).Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        errors.AddRange(setup.Overrides.Where(id => !known.Contains(id)).Select(id => $"plan {plan.Id} has no override '{id}'"));

        var applied = new Dictionary<string, List<RuleOverride>>(StringComparer.Ordinal);
        var rules = new List<SubBand>();
        foreach (var band in plan.SubBands)
        {
            var named = band.Overrides.Where(item => setup.Overrides.Contains(item.Id)).ToList();
            var rule = named.Aggregate(band, Apply);
            var chosen = setup.SubBand == band.Id;
            var enabled = !rule.OffByDefault || (chosen && !NeedsOverride(band));
            if (enabled && (chosen || setup.SubBand is null))
            {
                rules.Add(rule);
                if (named.Count > 0)
                {
                    applied[band.Id] = named;
                }
            }
            else if (chosen)
            {
                errors.Add($"rule {plan.Id}/{band.Id} must be enabled by naming an override: "
                    + string.Join(" or ", band.Overrides.Where(item => item.Enable).Select(item => item.Id)));
            }
        }

        station = errors.Count == 0 ? new StationPlan(plan, setup, rules, applied) : null;
        return errors;
    }

    /// <summary>Applies a plan to a station.</summary>
    /// <exception cref="ArgumentException">Something is wrong; the message lists everything.</exception>
    public static StationPlan Create(RegionalPlan plan, StationSetup setup)
    {
        var errors = TryCreate(plan, setup, out var station);
        return station ?? throw new ArgumentException(string.Join("; ", errors), nameof(setup));
    }

    /// <summary>What the station may do on a channel, or every reason why nothing.</summary>
    /// <param name="frequencyHz">Centre in Hz.</param>
    /// <param name="bandwidthHz">LoRa bandwidth in Hz.</param>
    /// <param name="permit">The permit, when there is one.</param>
    /// <returns>The reasons; empty when there is a permit.</returns>
    public IReadOnlyList<string> TryPermit(long frequencyHz, int bandwidthHz, out ChannelPermit? permit)
    {
        permit = null;
        var reasons = new List<string>();
        foreach (var band in Plan.Forbidden)
        {
            if (band.Touches(frequencyHz, bandwidthHz))
            {
                reasons.Add($"{Mhz(frequencyHz)} touches {Mhz(band.LowHz)}–{Mhz(band.HighHz)}: {band.Reason}");
            }
        }

        if (Setup.ModuleBand is { } module && (frequencyHz < module.LowHz || frequencyHz > module.HighHz))
        {
            reasons.Add($"the module is made for {Mhz(module.LowHz)}–{Mhz(module.HighHz)}, not for {Mhz(frequencyHz)}");
        }

        if (reasons.Count > 0)
        {
            return reasons;
        }

        var covering = _rules.Where(rule => frequencyHz >= rule.LowHz && frequencyHz <= rule.HighHz).ToList();
        if (covering.Count == 0)
        {
            var off = Plan.SubBands.Where(band => band.Fits(frequencyHz, bandwidthHz) && _rules.All(rule => rule.Id != band.Id)).Select(band => band.Id).ToList();
            reasons.Add($"{Mhz(frequencyHz)} lies in no sub-band that plan {Plan.Id} allows this station"
                + (off.Count > 0 ? $" (off by default: {string.Join(", ", off)})" : string.Empty));
            return reasons;
        }

        foreach (var rule in covering)
        {
            var objections = Objections(rule, frequencyHz, bandwidthHz, out var power);
            if (objections.Count == 0)
            {
                permit = new ChannelPermit
                {
                    RuleId = $"{Plan.Id}/{rule.Id}",
                    Rule = rule,
                    MaxPowerDbm = power,
                    MaxTransmission = LongestTransmission(rule),
                    Overrides = _applied.TryGetValue(rule.Id, out var list) ? list : [],
                };
                return [];
            }

            reasons.AddRange(objections.Select(objection => $"{Plan.Id}/{rule.Id}: {objection}"));
        }

        return reasons;
    }

    /// <summary>Radio settings of a profile, with the highest allowed power.</summary>
    /// <exception cref="ArgumentException">The profile does not exist or may not be used here; the message lists every reason.</exception>
    public RadioSettings SettingsFor(string profileId)
    {
        var profile = Plan.FindProfile(profileId)
            ?? throw new ArgumentException($"plan {Plan.Id} has no profile '{profileId}'; it has {string.Join(", ", Plan.Profiles.Select(item => item.Id))}", nameof(profileId));
        var reasons = TryPermit(profile.FrequencyHz, profile.BandwidthHz, out var permit);
        return permit is null
            ? throw new ArgumentException($"profile {profileId} of plan {Plan.Id}: {string.Join("; ", reasons)}", nameof(profileId))
            : new RadioSettings { FrequencyHz = profile.FrequencyHz, Modulation = profile.Modulation, PowerDbm = permit.MaxPowerDbm };
    }

    private List<string> Objections(SubBand rule, long frequencyHz, int bandwidthHz, out int power)
    {
        var reasons = new List<string>();
        if (rule.Refusal is { } refusal)
        {
            reasons.Add(refusal);
        }

        if (!rule.Fits(frequencyHz, bandwidthHz))
        {
            reasons.Add(FormattableString.Invariant(
                $"{bandwidthHz / 1000.0:0.###} kHz around {Mhz(frequencyHz)} do not fit inside {Mhz(rule.LowHz)}–{Mhz(rule.HighHz)}"));
        }

        if (rule.MinBandwidthHz is { } min && bandwidthHz < min)
        {
            reasons.Add(FormattableString.Invariant($"needs a bandwidth of at least {min / 1000.0:0.###} kHz"));
        }

        if (rule.MaxBandwidthHz is { } max && bandwidthHz > max)
        {
            reasons.Add(FormattableString.Invariant($"allows a bandwidth of at most {max / 1000.0:0.###} kHz"));
        }

        if (rule.CentersHz is { } centers && !centers.Contains(frequencyHz))
        {
            reasons.Add($"allows only the centres {string.Join(", ", centers.Select(Mhz))}");
        }

        if (rule.Hopping is { } hopping && !hopping.Contains(frequencyHz))
        {
            reasons.Add($"{Mhz(frequencyHz)} is not a channel of its hopping sequence");
        }

        var lawful = rule.Power.MaxAtModule(Setup.AntennaGainDbi, Setup.CableLossDb, bandwidthHz);
        // A hair of tolerance, so that 16.15 dBm EIRP with a 2.15 dBi antenna is 14 dBm and not 13.
        power = Math.Min((int)Math.Floor(lawful + 1e-6), Math.Min(Setup.ModuleMaxDbm, Setup.WantedDbm ?? int.MaxValue));
        if (power < Setup.ModuleMinDbm)
        {
            reasons.Add(FormattableString.Invariant(
                $"allows {lawful:0.##} dBm at the module with this antenna and cable, but the module cannot go below {Setup.ModuleMinDbm} dBm"));
        }

        return reasons;
    }

    private static TimeSpan? LongestTransmission(SubBand rule)
    {
        TimeSpan? longest = rule.DutyCycle is { Percent: < 100 } duty ? duty.Limit : null;
        if (rule.Dwell is { } dwell && (longest is null || dwell.Limit < longest))
        {
            longest = dwell.Limit;
        }

        if (rule.Access is { MaxTransmissionMilliseconds: > 0 } access)
        {
            var limit = TimeSpan.FromMilliseconds(access.MaxTransmissionMilliseconds);
            longest = longest is null || limit < longest ? limit : longest;
        }

        return longest;
    }

    // Rules without an enabling override (another way to use the same spectrum) are enabled by choosing them by name.
    private static bool NeedsOverride(SubBand band) => band.Overrides.Any(item => item.Enable);

    private static SubBand Apply(SubBand band, RuleOverride change) => band with
    {
        OffByDefault = band.OffByDefault && !change.Enable,
        DutyCycle = change.DutyCyclePercent is { } percent
            ? percent >= 100 ? null : (band.DutyCycle ?? new DutyCycle(percent)) with { Percent = percent }
            : band.DutyCycle,
        Power = change.MaxDbm is { } dbm ? band.Power with { MaxDbm = dbm } : band.Power,
        Access = change.DropAccess ? null : band.Access,
        Dwell = change.DropDwell ? null : band.Dwell,
    };

    private static string Mhz(long hz) => FormattableString.Invariant($"{hz / 1e6:0.######} MHz");
}
