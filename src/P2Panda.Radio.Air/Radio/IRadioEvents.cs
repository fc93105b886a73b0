namespace P2Panda.Radio.Air.Radio;

/// <summary>What a radio tells its user.</summary>
public interface IRadioEvents
{
    /// <summary>A frame came in. The frame's bytes belong to the receiver from here on.</summary>
    void FrameReceived(ReceivedFrame frame);

    /// <summary>A frame came in whose CRC or header was wrong; it is counted and dropped.</summary>
    void FrameCorrupted();

    /// <summary>The frame given to <see cref="IRadio.Transmit"/> has left the antenna.</summary>
    void TransmitCompleted();

    /// <summary>Channel activity detection is over.</summary>
    /// <param name="detected">Whether a preamble was seen.</param>
    void ActivityDetectionCompleted(bool detected);

    /// <summary>
    /// The radio failed and has recovered itself (it is in standby, configured) or given up. A frame that was being sent may or may
    /// not have left and counts as sent for the law; it is not sent again by the radio.
    /// </summary>
    void Faulted(RadioFault fault);
}
