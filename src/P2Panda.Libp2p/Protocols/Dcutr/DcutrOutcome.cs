namespace P2Panda.Libp2p;

/// <summary>How an upgrade of a relayed connection ended, on the side that leads it.</summary>
/// <param name="Peer">With whom.</param>
/// <param name="Direct">The direct connection, when there is one.</param>
/// <param name="Attempts">Attempts of hole punching that were made; none when the peer could simply be dialed.</param>
/// <param name="Elapsed">Time from the relayed connection to the end.</param>
/// <param name="Reason">Why there is none.</param>
public sealed record DcutrOutcome(PeerId Peer, Connection? Direct, int Attempts, TimeSpan Elapsed, string Reason)
{
    /// <summary>Whether the connection was made by an ordinary dial, because the peer is reachable.</summary>
    public bool IsReversal => Direct is not null && Attempts == 0;
}
