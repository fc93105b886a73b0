namespace Iot.Device.Sx127x;

/// <summary>Registers as a LoRa driver sees them (SX1276/77/78/79 datasheet table 41; the SX1272 keeps a few elsewhere).</summary>
public enum Register : byte
{
    /// <summary>Port to the 256-byte FIFO.</summary>
    Fifo = 0x00,

    /// <summary>Modem and operating mode.</summary>
    OpMode = 0x01,

    /// <summary>Carrier frequency, bits 23 to 16.</summary>
    FrfMsb = 0x06,

    /// <summary>Carrier frequency, bits 15 to 8.</summary>
    FrfMid = 0x07,

    /// <summary>Carrier frequency, bits 7 to 0; a write takes over all three.</summary>
    FrfLsb = 0x08,

    /// <summary>Output pin and power.</summary>
    PaConfig = 0x09,

    /// <summary>Rise time of the power amplifier.</summary>
    PaRamp = 0x0A,

    /// <summary>Over-current protection.</summary>
    Ocp = 0x0B,

    /// <summary>Gain and boost of the low-noise amplifier.</summary>
    Lna = 0x0C,

    /// <summary>Where SPI reads and writes the FIFO.</summary>
    FifoAddrPtr = 0x0D,

    /// <summary>Where transmission reads the FIFO.</summary>
    FifoTxBaseAddr = 0x0E,

    /// <summary>Where reception begins to fill the FIFO.</summary>
    FifoRxBaseAddr = 0x0F,

    /// <summary>Start of the packet received last.</summary>
    FifoRxCurrentAddr = 0x10,

    /// <summary>Interrupts that are not to be raised.</summary>
    IrqFlagsMask = 0x11,

    /// <summary>Interrupts raised; write 1 to clear.</summary>
    IrqFlags = 0x12,

    /// <summary>Length of the packet received last.</summary>
    RxNbBytes = 0x13,

    /// <summary>Packets received whole since the chip slept, low byte.</summary>
    ValidPacketCntLsb = 0x17,

    /// <summary>What the demodulator is doing.</summary>
    ModemStat = 0x18,

    /// <summary>SNR of the packet received last, in quarters of a dB.</summary>
    PktSnrValue = 0x19,

    /// <summary>RSSI of the packet received last.</summary>
    PktRssiValue = 0x1A,

    /// <summary>RSSI now.</summary>
    RssiValue = 0x1B,

    /// <summary>Hop channel; whether the packet's header announced a CRC.</summary>
    HopChannel = 0x1C,

    /// <summary>Bandwidth, coding rate, header mode.</summary>
    ModemConfig1 = 0x1D,

    /// <summary>Spreading factor, CRC, time-out of single reception (high bits).</summary>
    ModemConfig2 = 0x1E,

    /// <summary>Time-out of single reception in symbols (low bits).</summary>
    SymbTimeoutLsb = 0x1F,

    /// <summary>Preamble length in symbols, high byte.</summary>
    PreambleMsb = 0x20,

    /// <summary>Preamble length in symbols, low byte.</summary>
    PreambleLsb = 0x21,

    /// <summary>Length to send, or to receive with an implicit header.</summary>
    PayloadLength = 0x22,

    /// <summary>Longer explicit headers are refused.</summary>
    MaxPayloadLength = 0x23,

    /// <summary>Symbols between frequency hops; 0 for none.</summary>
    HopPeriod = 0x24,

    /// <summary>Last byte of the FIFO the modem has written.</summary>
    FifoRxByteAddr = 0x25,

    /// <summary>Low-data-rate optimisation and automatic gain (not on the SX1272).</summary>
    ModemConfig3 = 0x26,

    /// <summary>Correction of the data rate for the frequency error.</summary>
    PpmCorrection = 0x27,

    /// <summary>Frequency error of the packet received last, bits 19 to 16.</summary>
    FeiMsb = 0x28,

    /// <summary>Wide-band RSSI; its lowest bit is noise.</summary>
    RssiWideband = 0x2C,

    /// <summary>Intermediate frequency (erratum 2.3).</summary>
    IfFreq1 = 0x2F,

    /// <summary>Intermediate frequency (erratum 2.3).</summary>
    IfFreq2 = 0x30,

    /// <summary>Automatic IF; detection for spreading factor 6.</summary>
    DetectOptimize = 0x31,

    /// <summary>Exchange of I and Q.</summary>
    InvertIq = 0x33,

    /// <summary>Sensitivity at 500 kHz (erratum 2.1).</summary>
    HighBwOptimize1 = 0x36,

    /// <summary>Detection threshold for spreading factor 6.</summary>
    DetectionThreshold = 0x37,

    /// <summary>Sync word.</summary>
    SyncWord = 0x39,

    /// <summary>Sensitivity at 500 kHz (erratum 2.1).</summary>
    HighBwOptimize2 = 0x3A,

    /// <summary>Exchange of I and Q; FSK page: image calibration.</summary>
    InvertIq2 = 0x3B,

    /// <summary>FSK page: temperature.</summary>
    Temperature = 0x3C,

    /// <summary>Meaning of DIO0 to DIO3.</summary>
    DioMapping1 = 0x40,

    /// <summary>Meaning of DIO4 and DIO5.</summary>
    DioMapping2 = 0x41,

    /// <summary>Silicon version.</summary>
    Version = 0x42,

    /// <summary>Crystal or TCXO (0x58 on the SX1272).</summary>
    Tcxo = 0x4B,

    /// <summary>The +20 dBm switch (0x5A on the SX1272).</summary>
    PaDac = 0x4D,

    /// <summary>Crystal or TCXO on the SX1272.</summary>
    Tcxo1272 = 0x58,

    /// <summary>The +20 dBm switch on the SX1272.</summary>
    PaDac1272 = 0x5A,
}
