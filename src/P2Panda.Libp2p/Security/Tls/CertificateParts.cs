using System.Formats.Asn1;

namespace P2Panda.Libp2p.Security.Tls;

/// <summary>The parts of an X.509 certificate (RFC 5280, 4.1) that libp2p's checks need, as slices of the bytes that were sent.</summary>
internal sealed class CertificateParts
{
    /// <summary>Most extensions that are looked at.</summary>
    private const int MaxExtensions = 16;

    public required ReadOnlyMemory<byte> ToBeSigned { get; init; }

    public required ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; init; }

    public required string KeyAlgorithm { get; init; }

    /// <summary>Whether an EC key names its curve instead of spelling out parameters.</summary>
    public required bool HasNamedCurve { get; init; }

    public required ReadOnlyMemory<byte> KeyBits { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public required string SignatureAlgorithm { get; init; }

    /// <summary>Hash inside RSASSA-PSS parameters, if the signature is one.</summary>
    public required string? PssHash { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    public required IReadOnlyList<(string Oid, bool Critical, ReadOnlyMemory<byte> Value)> Extensions { get; init; }

    /// <summary>Takes a certificate apart.</summary>
    /// <exception cref="AsnContentException">Not a certificate.</exception>
    public static CertificateParts Parse(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var toBeSigned = certificate.PeekEncodedValue();
        var body = certificate.ReadSequence();
        var (signatureAlgorithm, pssHash, outerAlgorithm) = ReadSignatureAlgorithm(certificate);
        var signature = certificate.ReadBitString(out var unused);
        certificate.ThrowIfNotEmpty();
        if (unused != 0)
        {
            throw new AsnContentException("A signature is whole bytes.");
        }

        var version = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (body.PeekTag().HasSameClassAndValue(version))
        {
            body.ReadEncodedValue();
        }

        body.ReadIntegerBytes();
        if (!body.ReadEncodedValue().Span.SequenceEqual(outerAlgorithm.Span))
        {
            throw new AsnContentException("Inner and outer signature algorithm differ.");
        }

        body.ReadEncodedValue(); // issuer
        var validity = body.ReadSequence();
        var notBefore = ReadTime(validity);
        var notAfter = ReadTime(validity);
        body.ReadEncodedValue(); // subject
        var info = body.PeekEncodedValue();
        var (keyAlgorithm, named, bits) = ReadPublicKey(body.ReadSequence());
        return new CertificateParts
        {
            ToBeSigned = toBeSigned,
            SubjectPublicKeyInfo = info,
            KeyAlgorithm = keyAlgorithm,
            HasNamedCurve = named,
            KeyBits = bits,
            NotBefore = notBefore,
            NotAfter = notAfter,
            SignatureAlgorithm = signatureAlgorithm,
            PssHash = pssHash,
            Signature = signature,
            Extensions = ReadExtensions(body),
        };
    }

    private static (string Algorithm, string? PssHash, ReadOnlyMemory<byte> Encoded) ReadSignatureAlgorithm(AsnReader certificate)
    {
        var encoded = certificate.PeekEncodedValue();
        var sequence = certificate.ReadSequence();
        var algorithm = sequence.ReadObjectIdentifier();
        string? hash = null;
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (algorithm == "1.2.840.113549.1.1.10" && sequence.HasData)
        {
            // RFC 4055: hashAlgorithm [0], absent means SHA-1.
            var parameters = sequence.ReadSequence();
            if (parameters.HasData && parameters.PeekTag().HasSameClassAndValue(tag))
            {
                hash = parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier();
            }
        }

        return (algorithm, hash, encoded);
    }

    private static (string Algorithm, bool NamedCurve, ReadOnlyMemory<byte> Bits) ReadPublicKey(AsnReader info)
    {
        var algorithm = info.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        var named = algorithm.HasData && algorithm.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier);
        var bits = info.ReadBitString(out _);
        info.ThrowIfNotEmpty();
        return (oid, named, bits);
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static List<(string Oid, bool Critical, ReadOnlyMemory<byte> Value)> ReadExtensions(AsnReader body)
    {
        var result = new List<(string, bool, ReadOnlyMemory<byte>)>();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 3);
        while (body.HasData)
        {
            if (!body.PeekTag().HasSameClassAndValue(tag))
            {
                // issuerUniqueID and subjectUniqueID are deprecated; the specification allows to refuse them.
                throw new AsnContentException("Unexpected field after the public key.");
            }

            var list = body.ReadSequence(tag).ReadSequence();
            while (list.HasData)
            {
                if (result.Count == MaxExtensions)
                {
                    throw new AsnContentException("Too many extensions.");
                }

                var extension = list.ReadSequence();
                var oid = extension.ReadObjectIdentifier();
                var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
                result.Add((oid, critical, extension.ReadOctetString()));
            }
        }

        return result;
    }
}
