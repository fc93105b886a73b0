namespace P2Panda.Libp2p.Swarm;

/// <summary>Which limit refused a connection.</summary>
internal enum LimitResult
{
    Ok,
    PendingInbound,
    PendingOutbound,
    EstablishedInbound,
    EstablishedOutbound,
    PerPeer,
    PerAddress,
    PerNetwork,
    InboundRate,
}
