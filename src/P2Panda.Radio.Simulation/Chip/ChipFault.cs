namespace P2Panda.Radio.Simulation.Chip;

/// <summary>What is wrong with a chip or its wiring.</summary>
[Flags]
public enum ChipFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>MISO is stuck low and nothing arrives at the chip: no power, or a short.</summary>
    BusStuckLow = 1,

    /// <summary>MISO floats high and nothing arrives at the chip: nobody selected.</summary>
    BusStuckHigh = 2,

    /// <summary>Modes change and nothing ever completes, until reset.</summary>
    Wedged = 4,

    /// <summary>The DIO lines do not move.</summary>
    LinesDead = 8,

    /// <summary>Bits flip on MISO at random, one byte in a hundred.</summary>
    BusNoise = 16,

    /// <summary>Configuration registers have fallen back to their reset values behind the driver's back, once: a brown-out.</summary>
    BrownOut = 32,
}
