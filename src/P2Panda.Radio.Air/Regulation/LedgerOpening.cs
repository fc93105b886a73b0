namespace P2Panda.Radio.Air.Regulation;

/// <summary>What the ledger is told when it opens.</summary>
public sealed record LedgerOpening
{
    /// <summary>
    /// Identity of this boot of the machine, or none when it cannot be told. Within one boot the monotonic clock runs on between
    /// processes, so that a restarted service knows exactly what it sent when; across boots only what is sure is believed.
    /// </summary>
    public Guid? Boot { get; init; }

    /// <summary>
    /// Whether this station has never transmitted, known from something other than the ledger (its radio key was made just now). Only
    /// then may a ledger that is not there be taken for empty; otherwise a full window is waited.
    /// </summary>
    public bool FirstStart { get; init; }
}
