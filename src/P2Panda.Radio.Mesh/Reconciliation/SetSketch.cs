namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>
/// A sketch of a set of 64-bit elements: its odd power sums in GF(2^64). The sketch of a symmetric difference is the exclusive or of the
/// sketches, and n sums give back any difference of fewer than n elements. A shorter sketch is the beginning of a longer one; the first
/// sum alone is a fingerprint.
/// </summary>
public sealed class SetSketch
{
    /// <summary>Most sums a sketch may have; larger differences are found range by range.</summary>
    public const int MaxLength = 255;

    private readonly ulong[] _sums;

    /// <summary>The sketch of the empty set.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is not 1 to <see cref="MaxLength"/>.</exception>
    public SetSketch(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength);
        _sums = new ulong[length];
    }

    /// <summary>A sketch from its sums.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not 1 to <see cref="MaxLength"/> sums.</exception>
    public SetSketch(ReadOnlySpan<ulong> sums)
        : this(sums.Length) => sums.CopyTo(_sums);

    /// <summary>Number of sums.</summary>
    public int Length => _sums.Length;

    /// <summary>The sums of powers 1, 3, 5, …</summary>
    public ReadOnlySpan<ulong> Sums => _sums;

    /// <summary>Puts an element in, or takes it out when it is in. Zero is not an element.</summary>
    public void Toggle(ulong element)
    {
        var square = BinaryField.Square(element);
        var power = element;
        foreach (ref var sum in _sums.AsSpan())
        {
            sum ^= power;
            power = BinaryField.Multiply(power, square);
        }
    }

    /// <summary>Toggles many elements; four at a time, because each chain of products waits for itself.</summary>
    public void Toggle(ReadOnlySpan<ulong> elements)
    {
        while (elements.Length >= 4)
        {
            var (a, b, c, d) = (elements[0], elements[1], elements[2], elements[3]);
            var (a2, b2, c2, d2) = (BinaryField.Square(a), BinaryField.Square(b), BinaryField.Square(c), BinaryField.Square(d));
            foreach (ref var sum in _sums.AsSpan())
            {
                sum ^= a ^ b ^ c ^ d;
                a = BinaryField.Multiply(a, a2);
                b = BinaryField.Multiply(b, b2);
                c = BinaryField.Multiply(c, c2);
                d = BinaryField.Multiply(d, d2);
            }

            elements = elements[4..];
        }

        foreach (var element in elements)
        {
            Toggle(element);
        }
    }

    /// <summary>
    /// The elements in which two sets differ, or none when there are as many as the shorter sketch has sums, or more.
    /// </summary>
    public static ulong[]? Difference(SetSketch left, SetSketch right)
    {
        Span<ulong> sums = stackalloc ulong[Math.Min(left.Length, right.Length)];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = left._sums[i] ^ right._sums[i];
        }

        return SyndromeDecoder.Decode(sums);
    }

    /// <summary>Whether two sketches agree as far as the shorter one goes.</summary>
    public static bool Agree(SetSketch left, SetSketch right)
    {
        var length = Math.Min(left.Length, right.Length);
        return left.Sums[..length].SequenceEqual(right.Sums[..length]);
    }
}
