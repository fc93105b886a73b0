namespace P2Panda.Radio.Air.Regulation;

/// <summary>The power a rule allows.</summary>
public sealed record PowerLimit
{
    /// <summary>A half-wave dipole's gain over an isotropic radiator, in dB.</summary>
    public const double DipoleGainDb = 2.15;

    /// <summary>Highest power in dBm.</summary>
    public required double MaxDbm { get; init; }

    /// <summary>Where it is measured.</summary>
    public required PowerReference Reference { get; init; }

    /// <summary>For <see cref="PowerReference.Conducted"/>: antenna gain in dBi above which the limit falls dB for dB (47 CFR 15.247(b)(4)).</summary>
    public double AntennaAllowanceDbi { get; init; } = 6;

    /// <summary>Power per slice of spectrum, where the rule limits it.</summary>
    public PowerDensityLimit? Density { get; init; }

    /// <summary>Highest power out of the radio module, in dBm, for an emission of this bandwidth.</summary>
    /// <param name="antennaGainDbi">Gain of the antenna in dBi.</param>
    /// <param name="cableLossDb">Loss between module and antenna in dB.</param>
    /// <param name="bandwidthHz">LoRa bandwidth in Hz. LoRa's spectrum is flat over it, so density is power over bandwidth.</param>
    public double MaxAtModule(double antennaGainDbi, double cableLossDb, int bandwidthHz)
    {
        var limit = MaxDbm;
        if (Density is { } density && bandwidthHz > density.AboveBandwidthHz)
        {
            limit = Math.Min(limit, density.MaxDbm + (10 * Math.Log10((double)bandwidthHz / density.PerHz)));
        }

        return Reference switch
        {
            PowerReference.Erp => limit + DipoleGainDb - antennaGainDbi + cableLossDb,
            PowerReference.Eirp => limit - antennaGainDbi + cableLossDb,
            _ => limit - Math.Max(0, antennaGainDbi - AntennaAllowanceDbi) + cableLossDb,
        };
    }
}
