using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace P2Panda.Libp2p;

/// <summary>The key of a private network (libp2p specs, pnet). It never shows in text; its fingerprint does.</summary>
public sealed class PreSharedKey
{
    private const string FileHeader = "/key/swarm/psk/1.0.0/";
    private const string Base16 = "/base16/";

    private PreSharedKey(byte[] key) => Key = key;

    /// <summary>Sixteen bytes by which members of a network can compare keys without showing them.</summary>
    public string Fingerprint
    {
        get
        {
            // As go-libp2p-pnet: 64 bytes of keystream, hashed, so that the fingerprint says nothing about the key.
            Span<byte> stream = stackalloc byte[64];
            Security.Sodium.Salsa20(stream, "finprint"u8, Key);
            return Convert.ToHexStringLower(Shake128.HashData(stream, 16));
        }
    }

    internal byte[] Key { get; }

    /// <summary>Reads a key file, or 64 hexadecimal digits alone.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PreSharedKey? key)
    {
        key = null;
        var lines = (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var hex = lines switch
        {
            [var only] => only,
            [FileHeader, Base16, var digits] => digits,
            _ => "",
        };
        if (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        key = new PreSharedKey(Convert.FromHexString(hex));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"private network {Fingerprint}";
}
