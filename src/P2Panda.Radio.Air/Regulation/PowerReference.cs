namespace P2Panda.Radio.Air.Regulation;

/// <summary>Where a power limit is measured.</summary>
public enum PowerReference
{
    /// <summary>Effective radiated power, relative to a half-wave dipole: EIRP − 2.15 dB.</summary>
    Erp,

    /// <summary>Equivalent isotropically radiated power.</summary>
    Eirp,

    /// <summary>Power into the antenna; lowered dB for dB by antenna gain above an allowance.</summary>
    Conducted,
}
