namespace P2Panda.Radio.Simulation.Chip;

/// <summary>Which silicon a model stands for.</summary>
public enum ChipVariant
{
    /// <summary>SX1276, 77, 78, 79 and the RFM95/96/98 modules: version 0x12.</summary>
    Sx1276,

    /// <summary>SX1272, 73 and the RFM92/93 modules: version 0x22, its own layout of the modem registers, active-high reset.</summary>
    Sx1272,
}
