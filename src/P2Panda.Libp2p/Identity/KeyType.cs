namespace P2Panda.Libp2p;

/// <summary>Kinds of identity key (libp2p specs, peer-ids). The numbers are those of the protobuf enum.</summary>
public enum KeyType
{
    /// <summary>RSA, 2048 to 8192 bits, PKCS#1 v1.5 with SHA-256.</summary>
    Rsa = 0,

    /// <summary>Ed25519.</summary>
    Ed25519 = 1,

    /// <summary>ECDSA over secp256k1 with SHA-256.</summary>
    Secp256k1 = 2,

    /// <summary>ECDSA over a NIST curve with SHA-256.</summary>
    Ecdsa = 3,
}
