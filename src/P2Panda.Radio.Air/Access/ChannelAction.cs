using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Air.Access;

/// <summary>What <see cref="ChannelAccess.Next"/> wants done.</summary>
public abstract record ChannelAction
{
    private ChannelAction()
    {
    }

    /// <summary>Nothing is wanted: the radio should be receiving.</summary>
    public sealed record Idle : ChannelAction;

    /// <summary>Keep the radio receiving and ask again at the given time, or earlier when something happened.</summary>
    /// <param name="Until">When to ask again.</param>
    public sealed record WaitUntil(TimeSpan Until) : ChannelAction;

    /// <summary>The radio is busy for us; ask again when it has reported.</summary>
    public sealed record AwaitRadio : ChannelAction;

    /// <summary>Call <see cref="IRadio.DetectActivity"/> on this channel and report with <see cref="ChannelAccess.ActivityDetectionCompleted"/>.</summary>
    /// <param name="Settings">The channel; configure the radio when it is on another.</param>
    public sealed record DetectActivity(RadioSettings Settings) : ChannelAction;

    /// <summary>Make sure the radio receives on this channel, read <see cref="IRadio.CurrentRssiDbm"/> and report with <see cref="ChannelAccess.RssiMeasured"/>.</summary>
    /// <param name="Settings">The channel; configure the radio when it is on another.</param>
    public sealed record MeasureRssi(RadioSettings Settings) : ChannelAction;

    /// <summary>Transmit at once, and report with <see cref="ChannelAccess.TransmitCompleted"/>.</summary>
    /// <param name="Frame">The frame.</param>
    /// <param name="Settings">The channel; configure the radio when it is on another.</param>
    public sealed record Transmit(ReadOnlyMemory<byte> Frame, RadioSettings Settings) : ChannelAction;

    /// <summary>The frame has met its end; the next may be given.</summary>
    /// <param name="Frame">The frame.</param>
    /// <param name="Outcome">What became of it.</param>
    public sealed record Finished(OutgoingFrame Frame, SendOutcome Outcome) : ChannelAction;
}
