namespace P2Panda.Libp2p;

/// <summary>Who began a connection.</summary>
public enum ConnectionDirection
{
    /// <summary>The peer.</summary>
    Inbound,

    /// <summary>We.</summary>
    Outbound,
}
