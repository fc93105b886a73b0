namespace P2Panda.Libp2p;

/// <summary>Whether a node relays for others.</summary>
public enum RelayOffer
{
    /// <summary>No.</summary>
    Off,

    /// <summary>While strangers reach us.</summary>
    WhenPublic,

    /// <summary>Yes.</summary>
    On,
}
