namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>Application close codes, as go-libp2p has them; informative to every peer.</summary>
internal static class QuicCloseCode
{
    public const ulong Normal = 0;
    public const ulong ResourceLimit = 0x1001;
    public const ulong ProtocolViolation = 0x1003;
    public const ulong InternalError = 0x1005;
    public const ulong Gated = 0x1007;

    public static ulong Of(ConnectionCloseReason reason) => reason switch
    {
        ConnectionCloseReason.ProtocolViolation => ProtocolViolation,
        ConnectionCloseReason.ResourceLimit => ResourceLimit,
        ConnectionCloseReason.Gated => Gated,
        ConnectionCloseReason.InternalError => InternalError,
        _ => Normal,
    };
}
