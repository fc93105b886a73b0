namespace P2Panda.Libp2p;

/// <summary>The two incompatible ways in which peers sign their records.</summary>
public enum PeerRecordForm
{
    /// <summary>The specification's: domain <c>libp2p-peer-record</c>, payload type 03 01. Go, JavaScript, Nim, Python.</summary>
    Standard,

    /// <summary>rust-libp2p's: domain <c>libp2p-routing-state</c>, payload type <c>/libp2p/routing-state-record</c>.</summary>
    RoutingState,
}
