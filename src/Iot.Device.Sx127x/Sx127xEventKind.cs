namespace Iot.Device.Sx127x;

/// <summary>What an interrupt was about.</summary>
public enum Sx127xEventKind
{
    /// <summary>A packet came in whole.</summary>
    PacketReceived,

    /// <summary>A packet came in with a wrong CRC, or without the CRC that is asked for.</summary>
    PacketCorrupted,

    /// <summary>The packet has been sent; the chip is in standby.</summary>
    TransmitCompleted,

    /// <summary>Single reception ran out of time; the chip is in standby.</summary>
    ReceiveTimedOut,

    /// <summary>Activity detection found nothing; the chip is in standby.</summary>
    ChannelIdle,

    /// <summary>Activity detection found a preamble; the chip is in standby.</summary>
    ChannelActive,
}
