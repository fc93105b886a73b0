namespace Iot.Device.Sx127x;

/// <summary>What was found at the other end of the bus.</summary>
public enum ChipAnswer
{
    /// <summary>A chip this binding knows.</summary>
    KnownChip,

    /// <summary>Every byte reads 0x00: no supply, held in reset, or MISO shorted to ground.</summary>
    StuckLow,

    /// <summary>Every byte reads 0xFF: MISO floats because nobody is selected.</summary>
    NobodySelected,

    /// <summary>Every byte reads as it was sent: MISO hangs on MOSI.</summary>
    Loopback,

    /// <summary>Readings change from one to the next: noise, a clock that is too fast, or two devices selected at once.</summary>
    Unsteady,

    /// <summary>Something answers steadily and is no SX127x.</summary>
    AnotherChip,
}
