using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using P2Panda.Libp2p.Multiformats;
using P2Panda.Libp2p.Security;

namespace P2Panda.Libp2p;

/// <summary>A peer's identity key as others see it: what its signatures are checked with and its <see cref="PeerId"/> is made from.</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>Longest encoded key that is looked at, bytes: an 8192-bit RSA key takes 1 KiB.</summary>
    public const int MaxEncodedLength = 2048;

    /// <summary>Smallest RSA modulus that is accepted, bits.</summary>
    public const int MinRsaBits = 2048;

    /// <summary>Largest RSA modulus that is accepted, bits: larger ones cost the verifier too much (CVE-2023-39533).</summary>
    public const int MaxRsaBits = 8192;

    private readonly byte[] _encoded;
    private readonly byte[] _data;
    private PeerId? _peerId;

    private PublicKey(KeyType type, byte[] data)
    {
        Type = type;
        _data = data;
        _encoded = new ProtobufWriter().VarInt(1, (ulong)type).Bytes(2, data).ToArray();
    }

    /// <summary>Kind of key.</summary>
    public KeyType Type { get; }

    /// <summary>The key in its own form: 32 raw bytes for Ed25519, 33 compressed for secp256k1, PKIX DER for RSA and ECDSA.</summary>
    public ReadOnlyMemory<byte> Data => _data;

    /// <summary>The protobuf form that is hashed and sent.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>The id of the peer that owns this key.</summary>
    public PeerId PeerId => _peerId ??= PeerId.FromPublicKey(this);

    /// <summary>Decodes the protobuf form. Fields may come in any order; the key is checked to be usable.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (encoded.Length > MaxEncodedLength)
        {
            return false;
        }

        ulong? type = null;
        byte[]? data = null;
        var reader = new ProtobufReader(encoded);
        while (reader.Next())
        {
            if (reader.Field == 1 && !reader.IsBytes)
            {
                type = reader.Value;
            }
            else if (reader.Field == 2 && reader.IsBytes)
            {
                data = reader.Bytes.ToArray();
            }
        }

        // proto3 writers leave out a type of zero.
        type ??= (ulong)KeyType.Rsa;
        if (reader.Failed || data is null || type > (ulong)KeyType.Ecdsa || !IsUsable((KeyType)type, data))
        {
            return false;
        }

        key = new PublicKey((KeyType)type, data);
        return true;
    }

    /// <summary>Wraps 32 raw bytes of Ed25519 key.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static PublicKey FromEd25519(ReadOnlySpan<byte> raw) =>
        raw.Length == 32 ? new PublicKey(KeyType.Ed25519, raw.ToArray()) : throw new ArgumentException("An Ed25519 key has 32 bytes.", nameof(raw));

    /// <summary>Whether <paramref name="signature"/> over <paramref name="message"/> was made by the owner of this key.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (Type == KeyType.Ed25519)
        {
            return signature.Length == 64 && Sodium.Verify(signature, message, _data);
        }

        try
        {
            if (Type == KeyType.Rsa)
            {
                using var rsa = RSA.Create();
                rsa.ImportSubjectPublicKeyInfo(_data, out _);
                return rsa.VerifyData(message, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            }

            using var ecdsa = Type == KeyType.Secp256k1 ? Secp256k1.Import(_data) : ImportEcdsa(_data);
            return ecdsa is not null && ecdsa.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            // The latter is how the platform says that it does not know a curve the peer named.
            return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && _encoded.AsSpan().SequenceEqual(other._encoded);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_encoded);
        return hash.ToHashCode();
    }

    private static bool IsUsable(KeyType type, byte[] data)
    {
        try
        {
            switch (type)
            {
                case KeyType.Ed25519:
                    return data.Length == 32;
                case KeyType.Secp256k1:
                    return data.Length == 33 && data[0] is 2 or 3;
                case KeyType.Ecdsa:
                    using (var ecdsa = ImportEcdsa(data))
                    {
                        return ecdsa is not null;
                    }

                default:
                    using (var rsa = RSA.Create())
                    {
                        rsa.ImportSubjectPublicKeyInfo(data, out var read);
                        return read == data.Length && rsa.KeySize is >= MinRsaBits and <= MaxRsaBits;
                    }
            }
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    private static ECDsa? ImportEcdsa(byte[] data)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(data, out var read);
        // Only named curves: explicit parameters allow forged generators (CVE-2020-0601).
        if (read == data.Length && ecdsa.ExportParameters(includePrivateParameters: false).Curve.IsNamed)
        {
            return ecdsa;
        }

        ecdsa.Dispose();
        return null;
    }
}
