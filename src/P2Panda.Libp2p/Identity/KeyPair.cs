using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using P2Panda.Libp2p.Multiformats;
using P2Panda.Libp2p.Security;

namespace P2Panda.Libp2p;

/// <summary>
/// Our own identity: an Ed25519 key pair. Other key types are verified but never made. <see cref="object.ToString"/> shows the peer id only.
/// </summary>
public sealed class KeyPair
{
    private readonly byte[] _secret;

    private KeyPair(ReadOnlySpan<byte> seed)
    {
        _secret = new byte[64];
        Span<byte> publicKey = stackalloc byte[32];
        Sodium.SignKeyPair(publicKey, _secret, seed);
        PublicKey = PublicKey.FromEd25519(publicKey);
    }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Our peer id.</summary>
    public PeerId PeerId => PublicKey.PeerId;

    /// <summary>A new random identity.</summary>
    public static KeyPair Generate()
    {
        Span<byte> seed = stackalloc byte[32];
        RandomNumberGenerator.Fill(seed);
        var pair = new KeyPair(seed);
        CryptographicOperations.ZeroMemory(seed);
        return pair;
    }

    /// <summary>The identity of a 32-byte seed.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static KeyPair FromSeed(ReadOnlySpan<byte> seed) =>
        seed.Length == 32 ? new KeyPair(seed) : throw new ArgumentException("An Ed25519 seed has 32 bytes.", nameof(seed));

    /// <summary>Reads the protobuf form that libp2p implementations keep on disk: 64 bytes seed‖public, or the older 96 bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out KeyPair? pair)
    {
        pair = null;
        var reader = new ProtobufReader(encoded);
        var isEd25519 = false;
        ReadOnlySpan<byte> data = default;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                isEd25519 = reader.Value == (ulong)KeyType.Ed25519;
            }
            else if (reader.Field == 2)
            {
                data = reader.Bytes;
            }
        }

        if (reader.Failed || !isEd25519 || data.Length is not (64 or 96)
            || (data.Length == 96 && !data[32..64].SequenceEqual(data[64..])))
        {
            return false;
        }

        var read = new KeyPair(data[..32]);
        if (!read.PublicKey.Data.Span.SequenceEqual(data[32..64]))
        {
            return false;
        }

        pair = read;
        return true;
    }

    /// <summary>The protobuf form for keeping. It holds the secret.</summary>
    public byte[] Encode() => new ProtobufWriter().VarInt(1, (ulong)KeyType.Ed25519).Bytes(2, _secret).ToArray();

    /// <summary>Signs a message: 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = new byte[64];
        Sodium.Sign(signature, message, _secret);
        return signature;
    }

    /// <summary>32 bytes for one purpose, derived from the secret (HKDF-SHA-256 with the label as info), e.g. QUIC's stateless reset key.</summary>
    public byte[] DeriveSecret(string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, _secret.AsSpan(0, 32).ToArray(), 32, info: System.Text.Encoding.ASCII.GetBytes(label));
    }

    /// <inheritdoc/>
    public override string ToString() => PeerId.ToString();
}
