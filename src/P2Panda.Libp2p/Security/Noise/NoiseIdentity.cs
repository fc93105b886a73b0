using System.Security.Cryptography;

namespace P2Panda.Libp2p.Security.Noise;

/// <summary>Our noise static key, made once per process, and the payload by which the identity key vouches for it.</summary>
internal sealed class NoiseIdentity
{
    public NoiseIdentity(KeyPair identity, IReadOnlyList<string> muxers)
    {
        StaticKey = RandomNumberGenerator.GetBytes(32);
        var publicKey = new byte[32];
        Sodium.ScalarMultBase(publicKey, StaticKey);
        StaticPublicKey = publicKey;
        Payload = NoisePayload.Encode(identity, publicKey, muxers);
    }

    public byte[] StaticKey { get; }

    public byte[] StaticPublicKey { get; }

    public byte[] Payload { get; }
}
