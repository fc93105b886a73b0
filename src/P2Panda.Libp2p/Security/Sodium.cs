using System.Reflection;
using System.Runtime.InteropServices;

namespace P2Panda.Libp2p.Security;

/// <summary>The few libsodium functions the base class library has no counterpart for. All callers pass checked sizes.</summary>
internal static partial class Sodium
{
    private const string Library = "libsodium";

    /// <summary>Sonames to try: Debian 11 to 13 and Raspberry Pi OS ship 23; trixie's successor 26.</summary>
    private static readonly string[] Names = ["libsodium.so.23", "libsodium.so.26", "libsodium.so", "libsodium"];

    static Sodium()
    {
        NativeLibrary.SetDllImportResolver(typeof(Sodium).Assembly, Resolve);
        if (sodium_init() < 0)
        {
            throw new InvalidOperationException("libsodium could not be initialised.");
        }
    }

    /// <summary>Makes an Ed25519 key pair from a 32-byte seed; the secret key is seed‖public.</summary>
    public static void SignKeyPair(Span<byte> publicKey32, Span<byte> secretKey64, ReadOnlySpan<byte> seed32) =>
        crypto_sign_seed_keypair(publicKey32, secretKey64, seed32);

    public static void Sign(Span<byte> signature64, ReadOnlySpan<byte> message, ReadOnlySpan<byte> secretKey64) =>
        crypto_sign_detached(signature64, out _, message, (ulong)message.Length, secretKey64);

    public static bool Verify(ReadOnlySpan<byte> signature64, ReadOnlySpan<byte> message, ReadOnlySpan<byte> publicKey32) =>
        crypto_sign_verify_detached(signature64, message, (ulong)message.Length, publicKey32) == 0;

    public static void ScalarMultBase(Span<byte> publicKey32, ReadOnlySpan<byte> secretKey32) =>
        crypto_scalarmult_base(publicKey32, secretKey32);

    /// <summary>X25519; false when the result is all zero, i.e. the peer sent a point of small order.</summary>
    public static bool TryScalarMult(Span<byte> shared32, ReadOnlySpan<byte> secretKey32, ReadOnlySpan<byte> publicKey32) =>
        crypto_scalarmult(shared32, secretKey32, publicKey32) == 0;

    /// <summary>XORs XSalsa20 keystream onto <paramref name="message"/>, starting at 64-byte block <paramref name="block"/>.</summary>
    public static void XSalsa20(Span<byte> output, ReadOnlySpan<byte> message, ReadOnlySpan<byte> nonce24, ulong block, ReadOnlySpan<byte> key32) =>
        crypto_stream_xsalsa20_xor_ic(output, message, (ulong)message.Length, nonce24, block, key32);

    /// <summary>Salsa20 keystream for an 8-byte nonce.</summary>
    public static void Salsa20(Span<byte> output, ReadOnlySpan<byte> nonce8, ReadOnlySpan<byte> key32) =>
        crypto_stream_salsa20(output, (ulong)output.Length, nonce8, key32);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return IntPtr.Zero;
        }

        foreach (var candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException("libsodium is not installed. On Debian: apt install libsodium23");
    }

    [LibraryImport(Library)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    private static partial int crypto_sign_seed_keypair(Span<byte> pk, Span<byte> sk, ReadOnlySpan<byte> seed);

    [LibraryImport(Library)]
    private static partial int crypto_sign_detached(Span<byte> sig, out ulong length, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> sk);

    [LibraryImport(Library)]
    private static partial int crypto_sign_verify_detached(ReadOnlySpan<byte> sig, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> pk);

    [LibraryImport(Library)]
    private static partial int crypto_scalarmult_base(Span<byte> q, ReadOnlySpan<byte> n);

    [LibraryImport(Library)]
    private static partial int crypto_scalarmult(Span<byte> q, ReadOnlySpan<byte> n, ReadOnlySpan<byte> p);

    [LibraryImport(Library)]
    private static partial int crypto_stream_xsalsa20_xor_ic(Span<byte> c, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> n, ulong ic, ReadOnlySpan<byte> k);

    [LibraryImport(Library)]
    private static partial int crypto_stream_salsa20(Span<byte> c, ulong clen, ReadOnlySpan<byte> n, ReadOnlySpan<byte> k);
}
