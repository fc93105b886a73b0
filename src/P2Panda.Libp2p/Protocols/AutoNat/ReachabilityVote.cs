namespace P2Panda.Libp2p.Protocols.AutoNat;

/// <summary>
/// What several servers' answers amount to. Agreement raises confidence up to three, a contradiction lowers it, and at zero the
/// contradiction is believed (as rust-libp2p counts).
/// </summary>
internal sealed class ReachabilityVote
{
    /// <summary>Highest confidence.</summary>
    public const int MaxConfidence = 3;

    public Reachability Status { get; private set; }

    public int Confidence { get; private set; }

    /// <returns>Whether the status changed.</returns>
    public bool Add(Reachability answer)
    {
        if (answer == Status)
        {
            Confidence = Math.Min(MaxConfidence, Confidence + 1);
            return false;
        }

        if (Confidence > 0)
        {
            Confidence--;
            return false;
        }

        Status = answer;
        return true;
    }
}
