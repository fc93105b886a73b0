namespace P2Panda.Libp2p;

/// <summary>Why we close a connection. Muxers translate it into their own codes.</summary>
public enum ConnectionCloseReason
{
    /// <summary>Nothing more to do, or shutting down.</summary>
    Normal,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolViolation,

    /// <summary>Too many connections or too much memory.</summary>
    ResourceLimit,

    /// <summary>A gate refuses the peer.</summary>
    Gated,

    /// <summary>Our fault.</summary>
    InternalError,
}
