using System.Formats.Asn1;
using System.Security.Cryptography;
using P2Panda.Libp2p.Security;

namespace P2Panda.Libp2p.Security.Tls;

/// <summary>
/// Verification of a peer's certificate (libp2p specs, tls, "Peer Authentication"). The DER is taken apart here instead of by
/// X509Certificate2 because the host's signature covers the SubjectPublicKeyInfo bytes as sent.
/// </summary>
public static class PeerCertificate
{
    /// <summary>Largest certificate that is looked at, bytes: RSA 8192 in both places stays below.</summary>
    public const int MaxLength = 16 * 1024;

    private const string Ed25519Oid = "1.3.101.112";
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string EcOid = "1.2.840.10045.2.1";

    /// <summary>Extensions whose criticality we honour by ignoring what they say: a libp2p certificate stands alone.</summary>
    private static readonly HashSet<string> Understood =
        [TlsIdentity.ExtensionOid, "2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.35", "2.5.29.37"];

    /// <summary>Checks the certificates a peer sent.</summary>
    /// <param name="chain">All certificates, DER; there must be exactly one.</param>
    /// <param name="now">Current time.</param>
    /// <param name="expected">Who the peer must be, if that is known.</param>
    public static CertificateVerdict Verify(IReadOnlyList<ReadOnlyMemory<byte>> chain, DateTimeOffset now, PeerId? expected)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return chain.Count switch
        {
            0 => new(CertificateResult.Missing, null),
            1 => Verify(chain[0], now, expected),
            _ => new(CertificateResult.NotExactlyOne, null),
        };
    }

    /// <summary>Checks one certificate.</summary>
    /// <param name="certificate">DER.</param>
    /// <param name="now">Current time.</param>
    /// <param name="expected">Who the peer must be, if that is known.</param>
    public static CertificateVerdict Verify(ReadOnlyMemory<byte> certificate, DateTimeOffset now, PeerId? expected)
    {
        if (certificate.Length > MaxLength)
        {
            return new(CertificateResult.Malformed, null);
        }

        try
        {
            var parsed = CertificateParts.Parse(certificate);
            var result = Check(parsed, now, expected, out var key);
            return new(result, result == CertificateResult.Accepted ? key : null);
        }
        catch (AsnContentException)
        {
            return new(CertificateResult.Malformed, null);
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return new(CertificateResult.UnacceptableKey, null);
        }
    }

    private static CertificateResult Check(CertificateParts parts, DateTimeOffset now, PeerId? expected, out PublicKey? key)
    {
        key = null;
        if (now < parts.NotBefore || now > parts.NotAfter)
        {
            return CertificateResult.OutsideValidity;
        }

        var selfSignature = CheckSelfSignature(parts);
        if (selfSignature != CertificateResult.Accepted)
        {
            return selfSignature;
        }

        ReadOnlyMemory<byte>? extension = null;
        foreach (var (oid, critical, value) in parts.Extensions)
        {
            if (critical && !Understood.Contains(oid))
            {
                return CertificateResult.UnknownCriticalExtension;
            }

            if (oid != TlsIdentity.ExtensionOid)
            {
                continue;
            }

            if (extension is not null)
            {
                return CertificateResult.ExtensionMalformed;
            }

            extension = value;
        }

        return extension is null ? CertificateResult.ExtensionMissing : CheckIdentity(parts, extension.Value, expected, out key);
    }

    private static CertificateResult CheckIdentity(CertificateParts parts, ReadOnlyMemory<byte> extension, PeerId? expected, out PublicKey? key)
    {
        key = null;
        byte[] encodedKey, signature;
        try
        {
            var reader = new AsnReader(extension, AsnEncodingRules.DER);
            var signedKey = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            encodedKey = signedKey.ReadOctetString();
            signature = signedKey.ReadOctetString();
        }
        catch (AsnContentException)
        {
            return CertificateResult.ExtensionMalformed;
        }

        if (!PublicKey.TryDecode(encodedKey, out key))
        {
            return CertificateResult.UnacceptableIdentityKey;
        }

        if (!key.Verify([.. TlsIdentity.SignaturePrefix, .. parts.SubjectPublicKeyInfo.Span], signature))
        {
            return CertificateResult.BadIdentitySignature;
        }

        return expected is not null && key.PeerId != expected ? CertificateResult.WrongPeer : CertificateResult.Accepted;
    }

    private static CertificateResult CheckSelfSignature(CertificateParts parts)
    {
        var good = false;
        switch (parts.KeyAlgorithm)
        {
            case EcOid:
                if (EcdsaHash(parts.SignatureAlgorithm) is not { } ecHash)
                {
                    return CertificateResult.UnacceptableSignatureAlgorithm;
                }

                if (!parts.HasNamedCurve)
                {
                    return CertificateResult.UnacceptableKey;
                }

                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportSubjectPublicKeyInfo(parts.SubjectPublicKeyInfo.Span, out _);
                    good = ecdsa.VerifyData(parts.ToBeSigned.Span, parts.Signature.Span, ecHash, DSASignatureFormat.Rfc3279DerSequence);
                }

                break;
            case RsaOid:
                if (RsaHash(parts) is not var (rsaHash, padding))
                {
                    return CertificateResult.UnacceptableSignatureAlgorithm;
                }

                using (var rsa = RSA.Create())
                {
                    rsa.ImportSubjectPublicKeyInfo(parts.SubjectPublicKeyInfo.Span, out _);
                    if (rsa.KeySize is < PublicKey.MinRsaBits or > PublicKey.MaxRsaBits)
                    {
                        return CertificateResult.UnacceptableKey;
                    }

                    good = rsa.VerifyData(parts.ToBeSigned.Span, parts.Signature.Span, rsaHash, padding);
                }

                break;
            case Ed25519Oid:
                if (parts.SignatureAlgorithm != Ed25519Oid)
                {
                    return CertificateResult.UnacceptableSignatureAlgorithm;
                }

                if (parts.KeyBits.Length != 32)
                {
                    return CertificateResult.UnacceptableKey;
                }

                good = parts.Signature.Length == 64 && Sodium.Verify(parts.Signature.Span, parts.ToBeSigned.Span, parts.KeyBits.Span);
                break;
            default:
                return CertificateResult.UnacceptableKey;
        }

        return good ? CertificateResult.Accepted : CertificateResult.BadSelfSignature;
    }

    private static HashAlgorithmName? EcdsaHash(string oid) => oid switch
    {
        "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };

    private static (HashAlgorithmName Hash, RSASignaturePadding Padding)? RsaHash(CertificateParts parts) => parts.SignatureAlgorithm switch
    {
        "1.2.840.113549.1.1.11" => (HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.12" => (HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.13" => (HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.10" => parts.PssHash switch
        {
            "2.16.840.1.101.3.4.2.1" => (HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "2.16.840.1.101.3.4.2.2" => (HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
            "2.16.840.1.101.3.4.2.3" => (HashAlgorithmName.SHA512, RSASignaturePadding.Pss),
            _ => null,
        },
        _ => null,
    };
}
