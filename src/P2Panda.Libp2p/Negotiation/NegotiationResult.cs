namespace P2Panda.Libp2p.Negotiation;

/// <summary>Outcome of a multistream-select negotiation.</summary>
internal enum NegotiationResult
{
    /// <summary>Both sides agreed on a protocol.</summary>
    Agreed,

    /// <summary>The other side wants none of ours, or we none of its.</summary>
    NoneInCommon,

    /// <summary>The other side went away.</summary>
    Ended,

    /// <summary>A line that is not one, or an answer nobody asked for.</summary>
    Malformed,

    /// <summary>A line longer than we read.</summary>
    LineTooLong,

    /// <summary>More proposals than we look at.</summary>
    TooManyProposals,
}
