namespace P2Panda.Libp2p.Security.Tls;

/// <summary>Outcome of looking at a peer's certificate. Parsed once; the result is carried along, never computed again.</summary>
/// <param name="Result">Accepted, or why not.</param>
/// <param name="Key">The peer's identity key when accepted.</param>
public readonly record struct CertificateVerdict(CertificateResult Result, PublicKey? Key)
{
    /// <summary>Whether the certificate is good.</summary>
    public bool IsAccepted => Result == CertificateResult.Accepted;
}
