namespace Iot.Device.Sx127x;

/// <summary>LoRa bandwidths, with the codes of the SX1276. The SX1272 has the three widest.</summary>
public enum Bandwidth
{
    /// <summary>7.8125 kHz.</summary>
    Hz7812 = 0,

    /// <summary>10.417 kHz.</summary>
    Hz10416 = 1,

    /// <summary>15.625 kHz.</summary>
    Hz15625 = 2,

    /// <summary>20.833 kHz.</summary>
    Hz20833 = 3,

    /// <summary>31.25 kHz.</summary>
    Hz31250 = 4,

    /// <summary>41.667 kHz.</summary>
    Hz41666 = 5,

    /// <summary>62.5 kHz.</summary>
    Hz62500 = 6,

    /// <summary>125 kHz.</summary>
    Hz125000 = 7,

    /// <summary>250 kHz.</summary>
    Hz250000 = 8,

    /// <summary>500 kHz.</summary>
    Hz500000 = 9,
}
