using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Libp2p.Multiformats;

/// <summary>Base58 with the Bitcoin alphabet (multibase prefix <c>z</c>), for short values: the conversion is quadratic.</summary>
internal static class Base58
{
    /// <summary>Longest text that is decoded: a sha2-512 multihash needs 90 characters.</summary>
    public const int MaxTextLength = 128;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private static readonly sbyte[] Values = BuildValues();

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var zeros = 0;
        while (zeros < bytes.Length && bytes[zeros] == 0)
        {
            zeros++;
        }

        // log(256) / log(58) is a little under 1.38
        var digits = new byte[((bytes.Length - zeros) * 138 / 100) + 1];
        var used = 0;
        foreach (var b in bytes[zeros..])
        {
            int carry = b;
            for (var i = 0; i < used || carry != 0; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
                used = Math.Max(used, i + 1);
            }
        }

        return string.Create(zeros + used, (digits, zeros, used), static (text, state) =>
        {
            text[..state.zeros].Fill('1');
            for (var i = 0; i < state.used; i++)
            {
                text[state.zeros + i] = Alphabet[state.digits[state.used - 1 - i]];
            }
        });
    }

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length is 0 or > MaxTextLength)
        {
            return false;
        }

        var zeros = 0;
        while (zeros < text.Length && text[zeros] == '1')
        {
            zeros++;
        }

        Span<byte> reversed = stackalloc byte[MaxTextLength];
        reversed.Clear();
        var used = 0;
        foreach (var c in text[zeros..])
        {
            if (c >= Values.Length || Values[c] < 0)
            {
                return false;
            }

            int carry = Values[c];
            for (var i = 0; i < used || carry != 0; i++)
            {
                carry += reversed[i] * 58;
                reversed[i] = (byte)carry;
                carry >>= 8;
                used = Math.Max(used, i + 1);
            }
        }

        bytes = new byte[zeros + used];
        for (var i = 0; i < used; i++)
        {
            bytes[zeros + i] = reversed[used - 1 - i];
        }

        return true;
    }

    private static sbyte[] BuildValues()
    {
        var values = new sbyte[128];
        Array.Fill(values, (sbyte)-1);
        for (var i = 0; i < Alphabet.Length; i++)
        {
            values[Alphabet[i]] = (sbyte)i;
        }

        return values;
    }
}
