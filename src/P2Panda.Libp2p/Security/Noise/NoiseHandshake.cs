using System.Security.Cryptography;

namespace P2Panda.Libp2p.Security.Noise;

/// <summary>
/// Noise_XX_25519_ChaChaPoly_SHA256 as libp2p uses it (libp2p specs, noise): three messages, no I/O. Message 1 is <c>e</c>
/// without payload; message 2 is <c>e, ee, s, es</c>; message 3 is <c>s, se</c>.
/// </summary>
internal sealed class NoiseHandshake(NoiseIdentity identity, bool initiator) : IDisposable
{
    private const int KeyLength = 32;

    private readonly NoiseSymmetricState _state = new("Noise_XX_25519_ChaChaPoly_SHA256"u8);
    private readonly byte[] _ephemeral = RandomNumberGenerator.GetBytes(KeyLength);
    private readonly byte[] _remoteEphemeral = new byte[KeyLength];
    private byte[] _remoteStatic = [];

    /// <summary>Who the peer is, after its payload was read.</summary>
    public NoisePayload? Remote { get; private set; }

    /// <summary>Initiator's first message.</summary>
    public byte[] WriteFirst()
    {
        var message = new byte[KeyLength];
        Sodium.ScalarMultBase(message, _ephemeral);
        _state.MixHash(message);
        _state.MixHash([]);
        return message;
    }

    /// <summary>Responder reads it; a payload in it would be sent in the clear and is refused.</summary>
    public NoiseResult ReadFirst(ReadOnlySpan<byte> message)
    {
        if (message.Length != KeyLength)
        {
            return NoiseResult.MalformedMessage;
        }

        message.CopyTo(_remoteEphemeral);
        _state.MixHash(message);
        _state.MixHash([]);
        return NoiseResult.Ok;
    }

    /// <summary>Responder's answer; null when the initiator's key was weak.</summary>
    public byte[]? WriteSecond()
    {
        var message = new byte[KeyLength + KeyLength + NoiseCipher.TagLength + identity.Payload.Length + NoiseCipher.TagLength];
        Sodium.ScalarMultBase(message.AsSpan(0, KeyLength), _ephemeral);
        _state.MixHash(message.AsSpan(0, KeyLength));
        if (!TryMix(_ephemeral, _remoteEphemeral))
        {
            return null;
        }

        var position = KeyLength;
        position += _state.EncryptAndHash(identity.StaticPublicKey, message.AsSpan(position));
        if (!TryMix(identity.StaticKey, _remoteEphemeral))
        {
            return null;
        }

        _state.EncryptAndHash(identity.Payload, message.AsSpan(position));
        return message;
    }

    /// <summary>Initiator reads the answer and checks the responder's identity.</summary>
    public NoiseResult ReadSecond(ReadOnlySpan<byte> message)
    {
        const int KeysLength = KeyLength + KeyLength + NoiseCipher.TagLength;
        if (message.Length < KeysLength + NoiseCipher.TagLength)
        {
            return NoiseResult.MalformedMessage;
        }

        message[..KeyLength].CopyTo(_remoteEphemeral);
        _state.MixHash(_remoteEphemeral);
        if (!TryMix(_ephemeral, _remoteEphemeral))
        {
            return NoiseResult.WeakKey;
        }

        if (_state.DecryptAndHash(message[KeyLength..KeysLength]) is not { } remoteStatic)
        {
            return NoiseResult.BadTag;
        }

        _remoteStatic = remoteStatic;
        return TryMix(_ephemeral, _remoteStatic) ? ReadPayload(message[KeysLength..]) : NoiseResult.WeakKey;
    }

    /// <summary>Initiator's last message; null when the responder's key was weak.</summary>
    public byte[]? WriteThird()
    {
        var message = new byte[KeyLength + NoiseCipher.TagLength + identity.Payload.Length + NoiseCipher.TagLength];
        var position = _state.EncryptAndHash(identity.StaticPublicKey, message);
        if (!TryMix(identity.StaticKey, _remoteEphemeral))
        {
            return null;
        }

        _state.EncryptAndHash(identity.Payload, message.AsSpan(position));
        return message;
    }

    /// <summary>Responder reads the last message and checks the initiator's identity.</summary>
    public NoiseResult ReadThird(ReadOnlySpan<byte> message)
    {
        const int StaticLength = KeyLength + NoiseCipher.TagLength;
        if (message.Length < StaticLength + NoiseCipher.TagLength)
        {
            return NoiseResult.MalformedMessage;
        }

        if (_state.DecryptAndHash(message[..StaticLength]) is not { } remoteStatic)
        {
            return NoiseResult.BadTag;
        }

        _remoteStatic = remoteStatic;
        return TryMix(_ephemeral, _remoteStatic) ? ReadPayload(message[StaticLength..]) : NoiseResult.WeakKey;
    }

    /// <summary>The transport ciphers, once all messages went through.</summary>
    public (NoiseCipher Send, NoiseCipher Receive) Split()
    {
        var (first, second) = _state.Split();
        return initiator ? (first, second) : (second, first);
    }

    public void Dispose()
    {
        _state.Dispose();
        CryptographicOperations.ZeroMemory(_ephemeral);
    }

    private NoiseResult ReadPayload(ReadOnlySpan<byte> sealedPayload)
    {
        if (_state.DecryptAndHash(sealedPayload) is not { } payload)
        {
            return NoiseResult.BadTag;
        }

        var result = NoisePayload.TryDecode(payload, _remoteStatic, out var remote);
        Remote = remote;
        return result;
    }

    private bool TryMix(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> point)
    {
        Span<byte> shared = stackalloc byte[KeyLength];
        if (!Sodium.TryScalarMult(shared, secret, point))
        {
            return false;
        }

        _state.MixKey(shared);
        CryptographicOperations.ZeroMemory(shared);
        return true;
    }
}
