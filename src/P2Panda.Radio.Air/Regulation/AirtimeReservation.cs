using P2Panda.Core.Keys;

namespace P2Panda.Radio.Air.Regulation;

/// <summary>Airtime that is booked for one transmission and counts as used until it is completed or cancelled.</summary>
public sealed class AirtimeReservation
{
    internal AirtimeReservation(AirtimeLedger ledger, AirtimeRequest request, ChannelPermit permit, IReadOnlyList<AirtimeAccount> accounts)
    {
        Ledger = ledger;
        Airtime = request.Airtime;
        Class = request.Class;
        Author = request.Author;
        Permit = permit;
        Accounts = accounts;
    }

    /// <summary>Time on air that was booked.</summary>
    public TimeSpan Airtime { get; }

    /// <summary>What it is for.</summary>
    public TrafficClass Class { get; }

    /// <summary>Whose entries it carries.</summary>
    public PublicKey? Author { get; }

    /// <summary>The rule it follows, with listen before talk where that is required.</summary>
    public ChannelPermit Permit { get; }

    internal AirtimeLedger Ledger { get; }

    internal IReadOnlyList<AirtimeAccount> Accounts { get; }

    internal bool Closed { get; set; }
}
