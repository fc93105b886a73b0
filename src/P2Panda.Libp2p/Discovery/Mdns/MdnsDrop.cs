namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>Why a packet, or something in it, was left alone.</summary>
internal enum MdnsDrop
{
    /// <summary>Not a DNS message within the bounds.</summary>
    Malformed,

    /// <summary>The sender is not on the link the packet came from.</summary>
    OffLink,

    /// <summary>Answered often enough for now.</summary>
    AnswerBudget,

    /// <summary>Too much is told at once.</summary>
    LearnBudget,

    /// <summary>No room for more addresses.</summary>
    Full,

    /// <summary>An address that leads elsewhere than to the sender or this link.</summary>
    ForeignAddress,
}
