using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace P2Panda.Core.Keys;

/// <summary>An Ed25519 key pair (RFC 8032), kept in memory until disposed. Signing may go on from several threads.</summary>
public sealed class KeyPair : IDisposable
{
    /// <summary>Length of the secret seed, in bytes.</summary>
    public const int SeedLength = Ed25519Key.SeedLength;

    /// <summary>Length of a signature, in bytes.</summary>
    public const int SignatureLength = Ed25519Key.SignatureLength;

    private readonly Ed25519Key _key;

    private KeyPair(Ed25519Key key) => _key = key;

    /// <summary>The public half.</summary>
    public PublicKey PublicKey => _key.PublicKey;

    /// <summary>Makes a key pair from the system's randomness.</summary>
    /// <exception cref="NativeLibraryException">libsodium is missing.</exception>
    public static KeyPair Generate()
    {
        Span<byte> seed = stackalloc byte[SeedLength];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The key pair of a secret seed, which p2panda calls the private key.</summary>
    /// <exception cref="ArgumentException"><paramref name="seed"/> does not have 32 bytes.</exception>
    /// <exception cref="NativeLibraryException">libsodium is missing.</exception>
    public static KeyPair FromSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedLength
        ? new KeyPair(Ed25519Key.FromSeed(seed))
        : throw new ArgumentException($"A seed has {SeedLength} bytes, not {seed.Length}.", nameof(seed));

    /// <summary>Reads a secret seed written as 64 hexadecimal digits of either case.</summary>
    /// <exception cref="NativeLibraryException">libsodium is missing.</exception>
    public static bool TryParse(ReadOnlySpan<byte> digits, [NotNullWhen(true)] out KeyPair? pair)
    {
        Span<byte> seed = stackalloc byte[SeedLength];
        try
        {
            pair = digits.Length == 2 * SeedLength && Convert.FromHexString(digits, seed, out _, out _) == OperationStatus.Done
                ? FromSeed(seed)
                : null;
            return pair is not null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Signs a message; the same message always gets the same signature.</summary>
    /// <param name="message">Any bytes.</param>
    /// <param name="signature">Receives 64 bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="signature"/> does not have 64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key pair was disposed.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (signature.Length != SignatureLength)
        {
            throw new ArgumentException($"A signature has {SignatureLength} bytes, not {signature.Length}.", nameof(signature));
        }

        _key.Sign(message, signature);
    }

    /// <summary>Copies the secret seed, for writing a key file or deriving other keys. Wipe it after use.</summary>
    /// <param name="seed">Receives 32 bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="seed"/> does not have 32 bytes.</exception>
    public void ExportSeed(Span<byte> seed)
    {
        if (seed.Length != SeedLength)
        {
            throw new ArgumentException($"A seed has {SeedLength} bytes, not {seed.Length}.", nameof(seed));
        }

        _key.ExportSeed(seed);
    }

    /// <summary>Wipes the secret.</summary>
    public void Dispose() => _key.Dispose();
}
