namespace P2Panda.Radio.Simulation.Ether;

/// <summary>Why a receiver did not get a frame.</summary>
public enum LossReason
{
    /// <summary>It did get it.</summary>
    None,

    /// <summary>No path, or too weak for the spreading factor.</summary>
    OutOfRange,

    /// <summary>The receiver was sending.</summary>
    HalfDuplex,

    /// <summary>The receiver was off, in standby, detecting activity, or began to listen after the preamble.</summary>
    NotListening,

    /// <summary>The receiver was listening to another channel or with other settings.</summary>
    OtherSettings,

    /// <summary>Faded, by the link's loss probability.</summary>
    RandomLoss,

    /// <summary>Overlapped by another frame, or the receiver was busy with one.</summary>
    Collision,

    /// <summary>The transmitter stopped in the middle.</summary>
    Aborted,
}
