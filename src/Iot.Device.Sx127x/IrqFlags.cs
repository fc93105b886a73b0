namespace Iot.Device.Sx127x;

/// <summary>Interrupts of the LoRa modem. They stay until cleared; no change of mode clears them.</summary>
[Flags]
public enum IrqFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Activity detection found a preamble.</summary>
    CadDetected = 0x01,

    /// <summary>The hop channel changes.</summary>
    FhssChangeChannel = 0x02,

    /// <summary>Activity detection is over.</summary>
    CadDone = 0x04,

    /// <summary>The packet has been sent.</summary>
    TxDone = 0x08,

    /// <summary>A header came in.</summary>
    ValidHeader = 0x10,

    /// <summary>The packet's CRC is wrong.</summary>
    PayloadCrcError = 0x20,

    /// <summary>A packet came in.</summary>
    RxDone = 0x40,

    /// <summary>Single reception ran out of time.</summary>
    RxTimeout = 0x80,
}
