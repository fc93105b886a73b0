using System.Buffers.Binary;
using System.Security.Cryptography;

namespace P2Panda.Libp2p.Security.Noise;

/// <summary>ChaCha20-Poly1305 under one key with a counting nonce (Noise, 5.1 and 12.3): four zero bytes, then the counter, little-endian.</summary>
internal sealed class NoiseCipher(ReadOnlySpan<byte> key) : IDisposable
{
    public const int TagLength = 16;

    private readonly ChaCha20Poly1305 _cipher = new(key);
    private ulong _counter;

    /// <summary>Encrypts in place; the tag goes behind.</summary>
    /// <exception cref="IOException">The counter is used up.</exception>
    public void Encrypt(Span<byte> text, Span<byte> tag, ReadOnlySpan<byte> associated)
    {
        Span<byte> nonce = stackalloc byte[12];
        NextNonce(nonce);
        _cipher.Encrypt(nonce, text, text, tag, associated);
    }

    /// <summary>Decrypts in place; false when the tag does not fit.</summary>
    /// <exception cref="IOException">The counter is used up.</exception>
    public bool TryDecrypt(Span<byte> text, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
    {
        Span<byte> nonce = stackalloc byte[12];
        NextNonce(nonce);
        try
        {
            _cipher.Decrypt(nonce, text, tag, text, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _cipher.Dispose();

    private void NextNonce(Span<byte> nonce)
    {
        // 2^64 − 1 is reserved (Noise, 5.1).
        if (_counter == ulong.MaxValue)
        {
            throw new IOException("A noise key was used for as many messages as it may be.");
        }

        nonce[..4].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], _counter++);
    }
}
