namespace P2Panda.Radio.Air.Radio;

/// <summary>What a radio is doing.</summary>
public enum RadioState
{
    /// <summary>Not started, or disposed.</summary>
    Off,

    /// <summary>Configured and idle.</summary>
    Standby,

    /// <summary>Listening.</summary>
    Receiving,

    /// <summary>Sending a frame.</summary>
    Transmitting,

    /// <summary>Looking for a preamble.</summary>
    DetectingActivity,

    /// <summary>Does not answer and could not be recovered.</summary>
    Failed,
}
