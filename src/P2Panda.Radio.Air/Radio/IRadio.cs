using P2Panda.Radio.Air.Modulation;

namespace P2Panda.Radio.Air.Radio;

/// <summary>
/// A half-duplex LoRa radio on one channel. Commands return at once; what comes of them is told to the <see cref="IRadioEvents"/> given
/// to <see cref="Start"/>. A radio raises one event at a time and holds no lock while it does, so a handler may command the radio.
/// After a transmission or an activity detection the radio is in standby until it is told otherwise. A radio that has failed for good, as
/// <see cref="IRadioEvents.Faulted"/> tells, ignores commands until it is started again.
/// </summary>
public interface IRadio : IDisposable
{
    /// <summary>Longest frame the radio can carry, in bytes (255 for LoRa).</summary>
    int MaxFrameLength { get; }

    /// <summary>What the radio is doing.</summary>
    RadioState State { get; }

    /// <summary>Brings the radio up on a channel, in standby.</summary>
    /// <exception cref="RadioException">The radio does not answer, or refuses the settings; the message says what to check.</exception>
    void Start(RadioSettings settings, IRadioEvents events);

    /// <summary>Moves to other settings; only from standby or while receiving, ending in standby.</summary>
    /// <exception cref="RadioException">The radio refuses the settings.</exception>
    void Configure(RadioSettings settings);

    /// <summary>Listens until told otherwise.</summary>
    void Receive();

    /// <summary>Sends one frame of 1 to <see cref="MaxFrameLength"/> bytes; ends in <see cref="IRadioEvents.TransmitCompleted"/>.</summary>
    /// <exception cref="InvalidOperationException">A transmission is under way.</exception>
    void Transmit(ReadOnlySpan<byte> frame);

    /// <summary>Looks for a preamble on the channel; ends in <see cref="IRadioEvents.ActivityDetectionCompleted"/>.</summary>
    void DetectActivity();

    /// <summary>Stops what is going on.</summary>
    void Standby();

    /// <summary>Received signal strength on the channel now, in dBm, or none when the radio is not receiving.</summary>
    double? CurrentRssiDbm();

    /// <summary>Whether the demodulator is in the middle of a frame (preamble seen or header valid), as far as the chip tells.</summary>
    bool IsReceivingFrame();
}
