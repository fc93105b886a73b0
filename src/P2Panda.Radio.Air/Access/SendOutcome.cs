using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Air.Access;

/// <summary>What became of a frame.</summary>
public abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>It has left the antenna.</summary>
    /// <param name="Airtime">Its time on air.</param>
    public sealed record Sent(TimeSpan Airtime) : SendOutcome;

    /// <summary>The radio failed while sending; the frame may or may not have left and counts as sent for the law.</summary>
    /// <param name="Airtime">The airtime that was charged.</param>
    public sealed record Lost(TimeSpan Airtime) : SendOutcome;

    /// <summary>The law wants it to wait longer than it is worth blocking others for; nothing was sent.</summary>
    /// <param name="Until">When there is airtime again.</param>
    /// <param name="Rule">The account that is full.</param>
    public sealed record OutOfAirtime(TimeSpan Until, string Rule) : SendOutcome;

    /// <summary>The channel never became free; nothing was sent.</summary>
    /// <param name="Attempts">How often it was found busy.</param>
    public sealed record ChannelBusy(int Attempts) : SendOutcome;

    /// <summary>The law forbids it, or the booking could not be made durable; nothing was sent.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">For the operator.</param>
    public sealed record Refused(AirtimeRefusal Reason, string Message) : SendOutcome;
}
