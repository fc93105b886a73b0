namespace P2Panda.Libp2p.Security.Noise;

/// <summary>Outcome of a step of the noise handshake.</summary>
internal enum NoiseResult
{
    Ok,

    /// <summary>The peer went away or the deadline passed.</summary>
    Ended,

    /// <summary>A message shorter than its keys, or with bytes where none may be.</summary>
    MalformedMessage,

    /// <summary>A message that does not authenticate.</summary>
    BadTag,

    /// <summary>A Diffie-Hellman result of all zeros: the peer sent a point of small order.</summary>
    WeakKey,

    PayloadTooLarge,

    MalformedPayload,

    /// <summary>An identity key that is malformed, oversized or of unknown type.</summary>
    UnacceptableKey,

    /// <summary>The identity key did not sign the static key.</summary>
    BadIdentitySignature,

    /// <summary>Authenticated, but somebody else.</summary>
    WrongPeer,

    /// <summary>Both sides named muxers and share none.</summary>
    NoCommonMuxer,
}
