using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace P2Panda.Libp2p.Security.Tls;

/// <summary>
/// The certificate that shows our identity key inside TLS (libp2p specs, tls): self-signed ECDSA P-256, made anew for each process.
/// </summary>
public sealed class TlsIdentity : IDisposable
{
    /// <summary>The extension that carries the identity key.</summary>
    public const string ExtensionOid = "1.3.6.1.4.1.53594.1.1";

    /// <summary>ALPN protocol of libp2p.</summary>
    public const string Alpn = "libp2p";

    private TlsIdentity(X509Certificate2 certificate, byte[] privateKey)
    {
        Certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, null, offline: true);
        PrivateKeyPkcs8 = privateKey;
    }

    /// <summary>The certificate with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate, DER.</summary>
    public ReadOnlyMemory<byte> CertificateDer => Certificate.RawDataMemory;

    /// <summary>The certificate's private key, PKCS#8 DER. It is not the identity key.</summary>
    public ReadOnlyMemory<byte> PrivateKeyPkcs8 { get; }

    /// <summary>Made once: building it for every connection costs more than the handshake.</summary>
    internal SslStreamCertificateContext Context { get; }

    internal static ReadOnlySpan<byte> SignaturePrefix => "libp2p-tls-handshake:"u8;

    /// <summary>Makes a certificate for an identity.</summary>
    /// <param name="identity">Whose.</param>
    /// <param name="now">Start of validity is a day before, for peers whose clock is behind; the end is a hundred years later.</param>
    public static TlsIdentity Create(KeyPair identity, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(identity);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=libp2p"), key, HashAlgorithmName.SHA256);
        var extension = EncodeExtension(identity, key.ExportSubjectPublicKeyInfo());
        request.CertificateExtensions.Add(new X509Extension(ExtensionOid, extension, critical: false));
        return new TlsIdentity(request.CreateSelfSigned(now.AddDays(-1), now.AddYears(100)), key.ExportPkcs8PrivateKey());
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    internal static byte[] EncodeExtension(KeyPair identity, ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(identity.PublicKey.Encoded.Span);
            writer.WriteOctetString(identity.Sign([.. SignaturePrefix, .. subjectPublicKeyInfo]));
        }

        return writer.Encode();
    }
}
