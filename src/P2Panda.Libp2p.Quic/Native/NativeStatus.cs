namespace P2Panda.Libp2p.Quic.Native;

/// <summary><c>enum pq_status</c>.</summary>
internal enum NativeStatus
{
    Ok = 0,
    Failed = -1,
    Close = -2,
    Draining = -3,
    Drop = -4,
    Retry = -5,
    Blocked = -6,
    Gone = -7,
    TimedOut = -8,
}
