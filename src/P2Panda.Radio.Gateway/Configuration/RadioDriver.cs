namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>Which radio a gateway drives.</summary>
internal enum RadioDriver
{
    /// <summary>None: the gateway only stores.</summary>
    None,

    /// <summary>The shipped driver on a simulated SX1276.</summary>
    Sim,

    /// <summary>The shipped driver on a board.</summary>
    Sx127x,
}
