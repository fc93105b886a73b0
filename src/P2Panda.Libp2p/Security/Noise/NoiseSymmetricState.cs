using System.Security.Cryptography;

namespace P2Panda.Libp2p.Security.Noise;

/// <summary>Chaining key, transcript hash and handshake cipher (Noise, 5.2).</summary>
internal sealed class NoiseSymmetricState : IDisposable
{
    private readonly byte[] _chainingKey = new byte[32];
    private readonly byte[] _hash = new byte[32];
    private NoiseCipher? _cipher;

    public NoiseSymmetricState(ReadOnlySpan<byte> protocolName)
    {
        // Exactly 32 bytes, so the name itself is the first hash.
        protocolName.CopyTo(_hash);
        protocolName.CopyTo(_chainingKey);
        // The prologue is empty, which still is mixed in.
        MixHash([]);
    }

    /// <summary>Bytes encryption adds: none before the first key.</summary>
    public int Overhead => _cipher is null ? 0 : NoiseCipher.TagLength;

    public void MixHash(ReadOnlySpan<byte> bytes)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(_hash);
        sha.AppendData(bytes);
        sha.GetHashAndReset(_hash);
    }

    public void MixKey(ReadOnlySpan<byte> input)
    {
        Span<byte> key = stackalloc byte[32];
        Derive(input, _chainingKey, key);
        _cipher?.Dispose();
        _cipher = new NoiseCipher(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Appends <paramref name="text"/> encrypted (or plain before the first key) to <paramref name="destination"/>.</summary>
    public int EncryptAndHash(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        var length = text.Length + Overhead;
        _cipher?.Encrypt(destination[..text.Length], destination[text.Length..length], _hash);
        MixHash(destination[..length]);
        return length;
    }

    /// <summary>Decrypts into a new array; null when it does not authenticate.</summary>
    public byte[]? DecryptAndHash(ReadOnlySpan<byte> sealedText)
    {
        if (sealedText.Length < Overhead)
        {
            return null;
        }

        var text = sealedText[..^Overhead].ToArray();
        if (_cipher is not null && !_cipher.TryDecrypt(text, sealedText[^Overhead..], _hash))
        {
            return null;
        }

        MixHash(sealedText);
        return text;
    }

    /// <summary>The two transport ciphers: initiator to responder, and back.</summary>
    public (NoiseCipher First, NoiseCipher Second) Split()
    {
        Span<byte> first = stackalloc byte[32];
        Span<byte> second = stackalloc byte[32];
        Derive([], first, second);
        return (new NoiseCipher(first), new NoiseCipher(second));
    }

    public void Dispose()
    {
        _cipher?.Dispose();
        CryptographicOperations.ZeroMemory(_chainingKey);
    }

    /// <summary>HKDF with two outputs (Noise, 4.3).</summary>
    private void Derive(ReadOnlySpan<byte> input, Span<byte> first, Span<byte> second)
    {
        Span<byte> temporary = stackalloc byte[32];
        HMACSHA256.HashData(_chainingKey, input, temporary);
        Span<byte> block = stackalloc byte[33];
        HMACSHA256.HashData(temporary, [1], block[..32]);
        block[32] = 2;
        HMACSHA256.HashData(temporary, block, second);
        block[..32].CopyTo(first);
        CryptographicOperations.ZeroMemory(temporary);
        CryptographicOperations.ZeroMemory(block);
    }
}
