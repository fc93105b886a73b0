namespace Iot.Device.Sx127x;

/// <summary>Low-data-rate optimisation; sender and receiver must agree.</summary>
public enum LowDataRateOptimize
{
    /// <summary>On when a symbol lasts longer than 16 ms, as the datasheet has it.</summary>
    Auto,

    /// <summary>On, for modems that always use it.</summary>
    On,

    /// <summary>Off, for drivers whose integer arithmetic leaves it off at 16.384 ms.</summary>
    Off,
}
