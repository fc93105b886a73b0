namespace P2Panda.Radio.Air.Regulation;

/// <summary>What the ledger says to a request: <see cref="Granted"/>, <see cref="Wait"/> or <see cref="Refused"/>.</summary>
public abstract record AirtimeAnswer
{
    private AirtimeAnswer()
    {
    }

    /// <summary>The airtime is booked, durably. Transmit, then complete the reservation; or cancel it if nothing was sent.</summary>
    /// <param name="Reservation">The booking.</param>
    public sealed record Granted(AirtimeReservation Reservation) : AirtimeAnswer;

    /// <summary>Not now.</summary>
    /// <param name="Until">When to ask again, on the clock of the request.</param>
    /// <param name="Rule">The account that is full: "eu868/P".</param>
    public sealed record Wait(TimeSpan Until, string Rule) : AirtimeAnswer;

    /// <summary>Not like this.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">All objections, for the operator.</param>
    public sealed record Refused(AirtimeRefusal Reason, string Message) : AirtimeAnswer;
}
