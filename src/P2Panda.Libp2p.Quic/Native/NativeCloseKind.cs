namespace P2Panda.Libp2p.Quic.Native;

/// <summary><c>enum pq_close_kind</c>.</summary>
internal enum NativeCloseKind
{
    Pending = 0,
    Application = 1,
    Transport = 2,
}
