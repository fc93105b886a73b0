namespace Iot.Device.Sx127x;

/// <summary>The two silicons; within a family software cannot tell the chips apart.</summary>
public enum ChipFamily
{
    /// <summary>SX1276, SX1277, SX1278, SX1279; RFM95, RFM96, RFM98.</summary>
    Sx1276,

    /// <summary>SX1272, SX1273; RFM92, RFM93.</summary>
    Sx1272,
}
