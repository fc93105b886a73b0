namespace P2Panda.Radio.Air.Regulation;

/// <summary>Why the ledger refused a request for good.</summary>
public enum AirtimeRefusal
{
    /// <summary>The plan does not allow this channel, bandwidth or power.</summary>
    NotAllowed,

    /// <summary>The power is above what the plan allows this station on this channel.</summary>
    TooMuchPower,

    /// <summary>The transmission is longer than a rule allows.</summary>
    TooLong,

    /// <summary>The booking could not be made durable; ask again later.</summary>
    NotDurable,

    /// <summary>More reservations are open than there can be radios.</summary>
    TooManyOpen,

    /// <summary>More accounts are in use than the ledger keeps.</summary>
    TooManyAccounts,
}
