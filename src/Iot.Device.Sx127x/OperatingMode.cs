namespace Iot.Device.Sx127x;

/// <summary>What the modem does: the low three bits of the mode register, in LoRa (datasheet table 16).</summary>
public enum OperatingMode : byte
{
    /// <summary>Asleep; the FIFO is lost.</summary>
    Sleep = 0,

    /// <summary>Idle.</summary>
    Standby = 1,

    /// <summary>Synthesiser locked on the transmit frequency.</summary>
    FrequencySynthesisTransmit = 2,

    /// <summary>Sending.</summary>
    Transmit = 3,

    /// <summary>Synthesiser locked on the receive frequency.</summary>
    FrequencySynthesisReceive = 4,

    /// <summary>Listening until told otherwise.</summary>
    ReceiveContinuous = 5,

    /// <summary>Listening for one packet, or until the time-out.</summary>
    ReceiveSingle = 6,

    /// <summary>Looking for a preamble.</summary>
    ActivityDetection = 7,
}
