using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace P2Panda.Libp2p.Protocols.Rendezvous;

/// <summary>Names of rendezvous points, as text and as bytes.</summary>
internal static class RendezvousNamespace
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a name; an absent one is the empty one, as in rust-libp2p.</summary>
    public static bool TryRead(byte[]? bytes, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (bytes is { Length: > RendezvousOptions.MaxNamespaceLength })
        {
            return false;
        }

        try
        {
            name = Strict.GetString(bytes ?? []);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <exception cref="ArgumentException">The name is too long.</exception>
    public static byte[] Write(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bytes = Strict.GetBytes(name);
        return bytes.Length <= RendezvousOptions.MaxNamespaceLength
            ? bytes
            : throw new ArgumentException($"A namespace may not be longer than {RendezvousOptions.MaxNamespaceLength} bytes.", nameof(name));
    }
}
