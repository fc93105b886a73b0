namespace Iot.Device.Sx127x;

/// <summary>The pin the antenna is wired to. RFM95/96/98 and most boards wire PA_BOOST alone.</summary>
public enum PowerOutput
{
    /// <summary>PA_BOOST: 2 to 20 dBm.</summary>
    PaBoost,

    /// <summary>RFO_HF or RFO_LF: -4 to 15 dBm (-1 to 14 dBm on the SX1272).</summary>
    Rfo,
}
