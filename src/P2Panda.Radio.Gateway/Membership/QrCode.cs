using System.Text;

namespace P2Panda.Radio.Gateway.Membership;

/// <summary>
/// A QR code (ISO/IEC 18004) of digits, capital letters and <c>space $%*+-./:</c>, versions 1 to 10, error correction level L: what an
/// invitation needs to get from a screen into a telephone and from there to the next gateway.
/// </summary>
internal sealed class QrCode
{
    /// <summary>Masks there are to choose from.</summary>
    public const int Masks = 8;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    private const int QuietZone = 4;

    // By version, from 1: codewords in all, those of error correction in each block, blocks (ISO/IEC 18004, table 9, level L).
    private static readonly (int Total, int Correction, int Blocks)[] Versions =
    [
        (26, 7, 1), (44, 10, 1), (70, 15, 1), (100, 20, 1), (134, 26, 1), (172, 18, 2), (196, 20, 2), (242, 24, 2), (292, 30, 2), (346, 18, 4),
    ];

    private readonly int _version;
    private readonly bool[,] _dark;
    private readonly bool[,] _fixed;

    private QrCode(int version, ReadOnlySpan<byte> codewords, int mask)
    {
        _version = version;
        Size = 17 + (4 * version);
        _dark = new bool[Size, Size];
        _fixed = new bool[Size, Size];
        DrawPatterns(mask);
        DrawCodewords(codewords, mask);
    }

    /// <summary>Modules in a row.</summary>
    public int Size { get; }

    /// <summary>Whether a module is dark.</summary>
    public bool this[int x, int y] => _dark[x, y];

    /// <summary>Encodes a text with the mask that scanners read best.</summary>
    /// <exception cref="ArgumentException">A character cannot be encoded, or the text is longer than version 10 holds.</exception>
    public static QrCode Encode(string text) => Enumerable.Range(0, Masks).Select(mask => Encode(text, mask)).MinBy(code => code.Penalty())!;

    /// <summary>Encodes a text with one mask.</summary>
    /// <exception cref="ArgumentException">A character cannot be encoded, or the text is longer than version 10 holds.</exception>
    public static QrCode Encode(string text, int mask)
    {
        for (var version = 1; version <= Versions.Length; version++)
        {
            var (total, correction, blocks) = Versions[version - 1];
            if (TryWrite(text, version, total - (correction * blocks)) is { } data)
            {
                return new QrCode(version, Interleave(data, total, correction, blocks), mask);
            }
        }

        throw new ArgumentException($"{text.Length} characters do not fit a QR code of version {Versions.Length}.", nameof(text));
    }

    /// <summary>The code for a terminal, two modules to a character, light ones as blocks: readable on a dark background.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        for (var y = -QuietZone; y < Size + QuietZone; y += 2)
        {
            for (var x = -QuietZone; x < Size + QuietZone; x++)
            {
                text.Append((IsLight(x, y), IsLight(x, y + 1)) switch
                {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    _ => ' ',
                });
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private bool IsLight(int x, int y) => x < 0 || y < 0 || x >= Size || y >= Size || !_dark[x, y];

    private static byte[]? TryWrite(string text, int version, int capacity)
    {
        var bits = new List<bool>();
        void Write(int value, int length)
        {
            for (var bit = length - 1; bit >= 0; bit--)
            {
                bits.Add(((value >> bit) & 1) != 0);
            }
        }

        Write(0b0010, 4);
        Write(text.Length, version < 10 ? 9 : 11);
        for (var index = 0; index < text.Length; index += 2)
        {
            if (index + 1 < text.Length)
            {
                Write((45 * Value(text[index])) + Value(text[index + 1]), 11);
            }
            else
            {
                Write(Value(text[index]), 6);
            }
        }

        if (bits.Count > 8 * capacity)
        {
            return null;
        }

        Write(0, Math.Min(4, (8 * capacity) - bits.Count));
        Write(0, (8 - (bits.Count % 8)) % 8);
        var data = new byte[capacity];
        for (var index = 0; index < capacity; index++)
        {
            data[index] = (8 * index) >= bits.Count
                ? (byte)((index - (bits.Count / 8)) % 2 == 0 ? 0xEC : 0x11)
                : (byte)Enumerable.Range(0, 8).Sum(bit => bits[(8 * index) + bit] ? 0x80 >> bit : 0);
        }

        return data;
    }

    private static int Value(char character) => Alphabet.IndexOf(character, StringComparison.Ordinal) is >= 0 and var value
        ? value
        : throw new ArgumentException($"'{character}' has no place in an alphanumeric QR code.", nameof(character));

    private static byte[] Interleave(byte[] data, int total, int correction, int blocks)
    {
        var generator = Generator(correction);
        var shortLength = (total / blocks) - correction;
        var shorts = blocks - (total % blocks);
        var parts = new List<(byte[] Data, byte[] Correction)>();
        for (int block = 0, start = 0; block < blocks; block++)
        {
            var length = shortLength + (block < shorts ? 0 : 1);
            var part = data[start..(start + length)];
            parts.Add((part, Remainder(part, generator)));
            start += length;
        }

        var codewords = new List<byte>(total);
        for (var index = 0; index <= shortLength; index++)
        {
            codewords.AddRange(parts.Where(part => index < part.Data.Length).Select(part => part.Data[index]));
        }

        for (var index = 0; index < correction; index++)
        {
            codewords.AddRange(parts.Select(part => part.Correction[index]));
        }

        return [.. codewords];
    }

    // ∏ (x − 2^i) over GF(2^8) with x^8+x^4+x^3+x^2+1, highest power first and left out.
    private static byte[] Generator(int degree)
    {
        var coefficients = new byte[degree];
        coefficients[^1] = 1;
        byte root = 1;
        for (var power = 0; power < degree; power++)
        {
            for (var index = 0; index < degree; index++)
            {
                coefficients[index] = (byte)(Multiply(coefficients[index], root) ^ (index + 1 < degree ? coefficients[index + 1] : 0));
            }

            root = Multiply(root, 2);
        }

        return coefficients;
    }

    private static byte[] Remainder(byte[] data, byte[] generator)
    {
        var remainder = new byte[generator.Length];
        foreach (var value in data)
        {
            var factor = (byte)(value ^ remainder[0]);
            for (var index = 0; index < remainder.Length; index++)
            {
                remainder[index] = (byte)((index + 1 < remainder.Length ? remainder[index + 1] : 0) ^ Multiply(generator[index], factor));
            }
        }

        return remainder;
    }

    private static byte Multiply(byte left, byte right)
    {
        var product = 0;
        for (var bit = 7; bit >= 0; bit--)
        {
            product = (product << 1) ^ ((product >> 7) * 0x11D) ^ (((right >> bit) & 1) * left);
        }

        return (byte)product;
    }

    private void Fix(int x, int y, bool dark)
    {
        _dark[x, y] = dark;
        _fixed[x, y] = true;
    }

    private void DrawPatterns(int mask)
    {
        for (var index = 0; index < Size; index++)
        {
            Fix(6, index, index % 2 == 0);
            Fix(index, 6, index % 2 == 0);
        }

        foreach (var (centerX, centerY) in new[] { (3, 3), (Size - 4, 3), (3, Size - 4) })
        {
            Ring(centerX, centerY, 4, distance => distance is not (2 or 4));
        }

        var centers = AlignmentCenters();
        foreach (var x in centers)
        {
            foreach (var y in centers)
            {
                if (!((x == 6 && y == 6) || (x == 6 && y == Size - 7) || (x == Size - 7 && y == 6)))
                {
                    Ring(x, y, 2, distance => distance != 1);
                }
            }
        }

        DrawFormat(mask);
        DrawVersion();
    }

    private void Ring(int centerX, int centerY, int radius, Func<int, bool> isDark)
    {
        for (var y = Math.Max(0, centerY - radius); y <= Math.Min(Size - 1, centerY + radius); y++)
        {
            for (var x = Math.Max(0, centerX - radius); x <= Math.Min(Size - 1, centerX + radius); x++)
            {
                Fix(x, y, isDark(Math.Max(Math.Abs(x - centerX), Math.Abs(y - centerY))));
            }
        }
    }

    // Up to version 10 a second one from version 2, and a third halfway from version 7 (ISO/IEC 18004, annex E).
    private int[] AlignmentCenters() => _version switch
    {
        1 => [],
        < 7 => [6, Size - 7],
        _ => [6, (Size - 1) / 2, Size - 7],
    };

    private void DrawFormat(int mask)
    {
        // Level L is 01; a BCH (15, 5) code and a fixed mask protect it.
        var data = (0b01 << 3) | mask;
        var bits = ((data << 10) | CodeRemainder(data, 10, 0x537)) ^ 0x5412;
        bool Bit(int index) => ((bits >> index) & 1) != 0;
        for (var index = 0; index < 6; index++)
        {
            Fix(8, index, Bit(index));
            Fix(5 - index, 8, Bit(9 + index));
        }

        Fix(8, 7, Bit(6));
        Fix(8, 8, Bit(7));
        Fix(7, 8, Bit(8));
        for (var index = 0; index < 8; index++)
        {
            Fix(Size - 1 - index, 8, Bit(index));
        }

        for (var index = 8; index < 15; index++)
        {
            Fix(8, Size - 15 + index, Bit(index));
        }

        Fix(8, Size - 8, true);
    }

    private void DrawVersion()
    {
        if (_version < 7)
        {
            return;
        }

        var bits = (_version << 12) | CodeRemainder(_version, 12, 0x1F25);
        for (var index = 0; index < 18; index++)
        {
            var dark = ((bits >> index) & 1) != 0;
            Fix(Size - 11 + (index % 3), index / 3, dark);
            Fix(index / 3, Size - 11 + (index % 3), dark);
        }
    }

    private static int CodeRemainder(int data, int degree, int generator)
    {
        var remainder = data;
        for (var step = 0; step < degree; step++)
        {
            remainder = (remainder << 1) ^ ((remainder >> (degree - 1)) * generator);
        }

        return remainder;
    }

    private void DrawCodewords(ReadOnlySpan<byte> codewords, int mask)
    {
        var bit = 0;
        for (var right = Size - 1; right > 0; right -= right == 8 ? 3 : 2)
        {
            // Column pairs from the right, upwards and downwards in turn; the timing column is no part of any.
            var upwards = ((right < 6 ? right + 1 : right) & 2) == 0;
            for (var step = 0; step < Size; step++)
            {
                var y = upwards ? Size - 1 - step : step;
                for (var x = right; x > right - 2; x--)
                {
                    if (_fixed[x, y])
                    {
                        continue;
                    }

                    var dark = bit < 8 * codewords.Length && ((codewords[bit / 8] >> (7 - (bit % 8))) & 1) != 0;
                    _dark[x, y] = dark ^ IsInverted(mask, x, y);
                    bit++;
                }
            }
        }
    }

    private static bool IsInverted(int mask, int x, int y) => mask switch
    {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => ((x / 3) + (y / 2)) % 2 == 0,
        5 => (x * y % 2) + (x * y % 3) == 0,
        6 => ((x * y % 2) + (x * y % 3)) % 2 == 0,
        _ => (((x + y) % 2) + (x * y % 3)) % 2 == 0,
    };

    // Long runs, blocks, what looks like a finder, and an uneven share of dark modules (ISO/IEC 18004, 7.8.3).
    private int Penalty()
    {
        var penalty = 0;
        var dark = 0;
        for (var line = 0; line < Size; line++)
        {
            penalty += LinePenalty(index => _dark[index, line]) + LinePenalty(index => _dark[line, index]);
            for (var x = 0; x < Size; x++)
            {
                dark += _dark[x, line] ? 1 : 0;
                penalty += x > 0 && line > 0 && _dark[x, line] == _dark[x - 1, line] && _dark[x, line] == _dark[x, line - 1] &&
                    _dark[x, line] == _dark[x - 1, line - 1] ? 3 : 0;
            }
        }

        return penalty + (10 * (int)(Math.Abs((20.0 * dark / (Size * Size)) - 10)));
    }

    private int LinePenalty(Func<int, bool> isDark)
    {
        var penalty = 0;
        var run = 0;
        var window = 0;
        for (var index = 0; index < Size; index++)
        {
            run = index > 0 && isDark(index) == isDark(index - 1) ? run + 1 : 1;
            penalty += run == 5 ? 3 : run > 5 ? 1 : 0;
            window = ((window << 1) | (isDark(index) ? 1 : 0)) & 0x7FF;
            penalty += index >= 10 && window is 0b10111010000 or 0b00001011101 ? 40 : 0;
        }

        return penalty;
    }
}
