using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Libp2p.Multiformats;

/// <summary>RFC 4648 base32, lower case, no padding (multibase prefix <c>b</c>).</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        var bits = 0;
        var buffer = 0;
        var position = 0;
        foreach (var b in bytes)
        {
            buffer = (buffer << 8) | b;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[position++] = Alphabet[(buffer >> bits) & 31];
            }

            buffer &= (1 << bits) - 1;
        }

        if (bits > 0)
        {
            text[position] = Alphabet[(buffer << (5 - bits)) & 31];
        }

        return new string(text);
    }

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var result = new byte[text.Length * 5 / 8];
        var bits = 0;
        var buffer = 0;
        var position = 0;
        foreach (var c in text)
        {
            var value = Alphabet.IndexOf(char.ToLowerInvariant(c), StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                result[position++] = (byte)(buffer >> bits);
            }

            buffer &= (1 << bits) - 1;
        }

        // Left-over bits must be padding: fewer than five, and zero.
        if (bits >= 5 || buffer != 0)
        {
            return false;
        }

        bytes = result;
        return true;
    }
}
