using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using P2Panda.Libp2p.Security.Tls;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Security;

public sealed class PeerCertificateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly KeyPair Identity = KeyPair.FromSeed(new byte[32]);

    [Fact]
    public void TheFourCertificatesOfTheSpecification()
    {
        using var vectors = TestVectors.Json("libp2p/tls-certificates.json");
        vectors.RootElement.GetArrayLength().ShouldBe(4);
        foreach (var row in vectors.RootElement.EnumerateArray())
        {
            var der = Convert.FromHexString(row.GetProperty("hex").GetString()!);
            var verdict = PeerCertificate.Verify(der, Now, expected: null);
            if (row.GetProperty("peer_id").GetString() is { } peer)
            {
                verdict.Result.ShouldBe(CertificateResult.Accepted, row.GetProperty("name").GetString());
                verdict.Key!.PeerId.ToString().ShouldBe(peer);
            }
            else
            {
                verdict.ShouldBe(new CertificateVerdict(CertificateResult.BadIdentitySignature, null));
            }
        }
    }

    [Fact]
    public void OurOwnCertificateIsGoodForUsAndForNobodyElse()
    {
        using var tls = TlsIdentity.Create(Identity, Now);
        PeerCertificate.Verify(tls.CertificateDer, Now, Identity.PeerId).Key.ShouldBe(Identity.PublicKey);
        PeerCertificate.Verify(tls.CertificateDer, Now, KeyPair.Generate().PeerId).Result.ShouldBe(CertificateResult.WrongPeer);
        PeerCertificate.Verify(tls.CertificateDer, Now.AddDays(-2), null).Result.ShouldBe(CertificateResult.OutsideValidity);
        PeerCertificate.Verify(tls.CertificateDer, Now.AddYears(101), null).Result.ShouldBe(CertificateResult.OutsideValidity);
    }

    [Fact]
    public void ExactlyOneCertificateIsNeeded()
    {
        using var tls = TlsIdentity.Create(Identity, Now);
        PeerCertificate.Verify([], Now, null).Result.ShouldBe(CertificateResult.Missing);
        PeerCertificate.Verify([tls.CertificateDer, tls.CertificateDer], Now, null).Result.ShouldBe(CertificateResult.NotExactlyOne);
        PeerCertificate.Verify([tls.CertificateDer], Now, null).Result.ShouldBe(CertificateResult.Accepted);
    }

    [Fact]
    public void EveryDefectHasItsReason()
    {
        Issue(_ => { }).ShouldBe(CertificateResult.ExtensionMissing);
        Issue(Add(TlsIdentity.ExtensionOid, [1, 2, 3])).ShouldBe(CertificateResult.ExtensionMalformed);
        Issue(Add("1.2.3.4.5", [4, 0], critical: true)).ShouldBe(CertificateResult.UnknownCriticalExtension);
        Issue(Add("1.2.3.4.5", [4, 0])).ShouldBe(CertificateResult.ExtensionMissing);
        Issue(_ => { }, curve: ECCurve.NamedCurves.nistP384, hash: HashAlgorithmName.SHA384).ShouldBe(CertificateResult.ExtensionMissing);
        PeerCertificate.Verify(new byte[PeerCertificate.MaxLength + 1], Now, null).Result.ShouldBe(CertificateResult.Malformed);
    }

    [Fact]
    public void WeakHashesAreRefused()
    {
        using var rsa = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=test", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        // The platform no longer signs with SHA-1, so the algorithm is renamed: sha256WithRSAEncryption is …01.01.0b, SHA-1 …01.01.05.
        var sha1 = Convert.FromHexString(Convert.ToHexString(certificate.RawData)
            .Replace("2A864886F70D01010B", "2A864886F70D010105", StringComparison.Ordinal));
        PeerCertificate.Verify(sha1, Now, null).Result.ShouldBe(CertificateResult.UnacceptableSignatureAlgorithm);
    }

    [Fact]
    public void AnOversizedIdentityKeyIsRefusedBeforeItIsUsed() =>
        Issue(Add(TlsIdentity.ExtensionOid, Extension(new byte[PublicKey.MaxEncodedLength + 1]))).ShouldBe(CertificateResult.UnacceptableIdentityKey);

    [Fact]
    public void ATamperedCertificateNeverVerifies()
    {
        using var tls = TlsIdentity.Create(Identity, Now);
        var der = tls.CertificateDer.ToArray();
        for (var i = 0; i < der.Length; i++)
        {
            var changed = (byte[])der.Clone();
            changed[i] ^= 0x01;
            PeerCertificate.Verify(changed, Now, Identity.PeerId).IsAccepted.ShouldBeFalse($"byte {i}");
        }
    }

    private static Action<CertificateRequest> Add(string oid, byte[] value, bool critical = false) =>
        request => request.CertificateExtensions.Add(new X509Extension(oid, value, critical));

    private static byte[] Extension(byte[] key)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteOctetString(key);
            writer.WriteOctetString(new byte[64]);
        }

        return writer.Encode();
    }

    private static CertificateResult Issue(Action<CertificateRequest> configure, ECCurve? curve = null, HashAlgorithmName? hash = null)
    {
        using var key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, hash ?? HashAlgorithmName.SHA256);
        configure(request);
        using var certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        return PeerCertificate.Verify(certificate.RawData, Now, null).Result;
    }
}
