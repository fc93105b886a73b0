namespace P2Panda.Libp2p.Security.Tls;

/// <summary>Why a libp2p certificate was accepted or not.</summary>
public enum CertificateResult
{
    /// <summary>The certificate proves the peer's identity.</summary>
    Accepted,

    /// <summary>None was sent.</summary>
    Missing,

    /// <summary>More than one was sent.</summary>
    NotExactlyOne,

    /// <summary>Not a certificate, or larger than anyone needs.</summary>
    Malformed,

    /// <summary>Not yet valid or no longer.</summary>
    OutsideValidity,

    /// <summary>A key that is neither on a named curve, nor Ed25519, nor RSA of acceptable size.</summary>
    UnacceptableKey,

    /// <summary>Signed with an algorithm that is unknown or too weak.</summary>
    UnacceptableSignatureAlgorithm,

    /// <summary>Not signed by its own key.</summary>
    BadSelfSignature,

    /// <summary>A critical extension nobody here understands.</summary>
    UnknownCriticalExtension,

    /// <summary>The libp2p extension is missing.</summary>
    ExtensionMissing,

    /// <summary>The libp2p extension is there twice, or is malformed.</summary>
    ExtensionMalformed,

    /// <summary>The identity key inside is malformed, too large or of unknown type.</summary>
    UnacceptableIdentityKey,

    /// <summary>The identity key did not sign this certificate's key.</summary>
    BadIdentitySignature,

    /// <summary>A good certificate of another peer.</summary>
    WrongPeer,
}
