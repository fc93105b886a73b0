#pragma warning disable CA1801, CS1591, CA1822, CA1812 // Only the signatures matter here: those of NSec.Cryptography 26.4.
using System.Diagnostics.CodeAnalysis;

namespace NSec.Cryptography;

internal enum KeyBlobFormat
{
    None = 0,
    RawPublicKey = 1,
    RawPrivateKey = -1,
}

[Flags]
internal enum KeyExportPolicies
{
    None = 0,
    AllowPlaintextExport = 1,
}

internal struct KeyCreationParameters
{
    public KeyExportPolicies ExportPolicy { get; set; }
}

internal abstract class Algorithm;

internal abstract class SignatureAlgorithm : Algorithm
{
    public static Ed25519 Ed25519 => throw new NotSupportedException();

    public void Sign(Key key, ReadOnlySpan<byte> data, Span<byte> signature) => throw new NotSupportedException();

    public bool Verify(PublicKey publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => throw new NotSupportedException();
}

internal sealed class Ed25519 : SignatureAlgorithm;

internal sealed class PublicKey
{
    public static bool TryImport(
        Algorithm algorithm, ReadOnlySpan<byte> blob, KeyBlobFormat format, [NotNullWhen(true)] out PublicKey? result) =>
        throw new NotSupportedException();

    public byte[] Export(KeyBlobFormat format) => throw new NotSupportedException();
}

internal sealed class Key : IDisposable
{
    public PublicKey PublicKey => throw new NotSupportedException();

    public static Key Import(
        Algorithm algorithm, ReadOnlySpan<byte> blob, KeyBlobFormat format, in KeyCreationParameters creationParameters = default) =>
        throw new NotSupportedException();

    public byte[] Export(KeyBlobFormat format) => throw new NotSupportedException();

    public void Dispose() => throw new NotSupportedException();
}
