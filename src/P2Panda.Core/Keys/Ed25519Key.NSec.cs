using NSec.Cryptography;

namespace P2Panda.Core.Keys;

/// <summary>Ed25519 over NSec.Cryptography, compiled instead of Ed25519Key.Sodium.cs with <c>-p:UseNSec=true</c>.</summary>
internal sealed class Ed25519Key : IDisposable
{
    public const int SeedLength = 32;
    public const int SignatureLength = 64;

    private readonly Key _key;

    private Ed25519Key(Key key)
    {
        _key = key;
        PublicKey = new PublicKey(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    public PublicKey PublicKey { get; }

    /// <param name="seed">32 bytes.</param>
    public static Ed25519Key FromSeed(ReadOnlySpan<byte> seed) => new(Key.Import(
        SignatureAlgorithm.Ed25519,
        seed,
        KeyBlobFormat.RawPrivateKey,
        new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }));

    /// <param name="publicKey">Who must have signed.</param>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">64 bytes.</param>
    public static bool Verify(in PublicKey publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        NSec.Cryptography.PublicKey.TryImport(
            SignatureAlgorithm.Ed25519, publicKey.Bytes, KeyBlobFormat.RawPublicKey, out var imported)
        && SignatureAlgorithm.Ed25519.Verify(imported!, message, signature);

    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => SignatureAlgorithm.Ed25519.Sign(_key, message, signature);

    /// <param name="seed">Receives 32 bytes.</param>
    public void ExportSeed(Span<byte> seed) => _key.Export(KeyBlobFormat.RawPrivateKey).CopyTo(seed);

    public void Dispose() => _key.Dispose();
}
