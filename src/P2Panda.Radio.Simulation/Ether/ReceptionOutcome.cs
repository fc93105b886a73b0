namespace P2Panda.Radio.Simulation.Ether;

/// <summary>What the demodulator makes of a frame it had locked onto.</summary>
internal enum ReceptionOutcome
{
    /// <summary>Whole.</summary>
    Delivered,

    /// <summary>The header was good (or implicit), the payload is not.</summary>
    PayloadDamaged,

    /// <summary>Nothing came of it: the header was bad or the signal ended early.</summary>
    SyncLost,
}
