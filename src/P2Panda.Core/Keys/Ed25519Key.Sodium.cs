using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace P2Panda.Core.Keys;

/// <summary>
/// The only place that calls libsodium. Ed25519Key.NSec.cs holds the same type over NSec.Cryptography; a build with
/// <c>-p:UseNSec=true</c> takes that file instead of this one.
/// </summary>
internal sealed unsafe partial class Ed25519Key : IDisposable
{
    public const int SeedLength = 32;
    public const int SignatureLength = 64;

    private const string Library = "libsodium.so.23";
    private const int SecretKeyLength = 64;

    private static readonly Lazy<bool> Ready = new(() => SodiumStart.Run(Library, Sodium.sodium_init));

    // Pinned, so that wiping it leaves no copy behind that the collector made.
    private readonly byte[] _secretKey = GC.AllocateArray<byte>(SecretKeyLength, pinned: true);
    private bool _disposed;

    private Ed25519Key(ReadOnlySpan<byte> seed)
    {
        Span<byte> publicKey = stackalloc byte[PublicKey.Length];
        fixed (byte* seedStart = seed, publicStart = publicKey, secretStart = _secretKey)
        {
            _ = Sodium.crypto_sign_ed25519_seed_keypair(publicStart, secretStart, seedStart);
        }

        PublicKey = new PublicKey(publicKey);
    }

    public PublicKey PublicKey { get; }

    /// <param name="seed">32 bytes.</param>
    public static Ed25519Key FromSeed(ReadOnlySpan<byte> seed)
    {
        _ = Ready.Value;
        return new Ed25519Key(seed);
    }

    /// <param name="publicKey">Who must have signed.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">64 bytes.</param>
    /// <remarks>libsodium refuses keys of small order and values that are not canonical, which ed25519-dalek's plain check lets through.</remarks>
    public static bool Verify(in PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        _ = Ready.Value;
        fixed (byte* keyStart = publicKey.Bytes, messageStart = message, signatureStart = signature)
        {
            return Sodium.crypto_sign_ed25519_verify_detached(signatureStart, messageStart, (ulong)message.Length, keyStart) == 0;
        }
    }

    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (byte* messageStart = message, signatureStart = signature, secretStart = _secretKey)
        {
            _ = Sodium.crypto_sign_ed25519_detached(signatureStart, null, messageStart, (ulong)message.Length, secretStart);
        }
    }

    /// <param name="seed">Receives 32 bytes.</param>
    public void ExportSeed(Span<byte> seed)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _secretKey.AsSpan(0, SeedLength).CopyTo(seed);
    }

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_secretKey);
    }

    private static partial class Sodium
    {
        [LibraryImport(Library)]
        internal static partial int sodium_init();

        [LibraryImport(Library)]
        internal static partial int crypto_sign_ed25519_seed_keypair(byte* publicKey, byte* secretKey, byte* seed);

        [LibraryImport(Library)]
        internal static partial int crypto_sign_ed25519_detached(
            byte* signature, ulong* signatureLength, byte* message, ulong messageLength, byte* secretKey);

        [LibraryImport(Library)]
        internal static partial int crypto_sign_ed25519_verify_detached(
            byte* signature, byte* message, ulong messageLength, byte* publicKey);
    }
}
