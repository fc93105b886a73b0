namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>
/// Polynomials over <see cref="BinaryField"/>, lowest coefficient first, without leading zeros: just what finding the roots of an error
/// locator needs.
/// </summary>
internal static class FieldPolynomial
{
    /// <summary>The remainder of <paramref name="dividend"/> by a monic divisor, in place; returns its length without leading zeros.</summary>
    public static int Reduce(Span<ulong> dividend, ReadOnlySpan<ulong> monic)
    {
        var degree = monic.Length - 1;
        for (var i = dividend.Length - 1; i >= degree; i--)
        {
            var factor = dividend[i];
            if (factor != 0)
            {
                BinaryField.AddScaled(dividend.Slice(i - degree, degree), monic[..degree], factor);
                dividend[i] = 0;
            }
        }

        return Trim(dividend[..Math.Min(degree, dividend.Length)]);
    }

    /// <summary>Squares <paramref name="polynomial"/> modulo a monic one of degree n, in place; both spans have n coefficients of room.</summary>
    public static void SquareModulo(Span<ulong> polynomial, ReadOnlySpan<ulong> monic, Span<ulong> scratch)
    {
        var degree = monic.Length - 1;
        scratch = scratch[..((2 * degree) - 1)];
        scratch.Clear();
        for (var i = 0; i < degree; i++)
        {
            scratch[2 * i] = BinaryField.Square(polynomial[i]);
        }

        Reduce(scratch, monic);
        scratch[..degree].CopyTo(polynomial);
    }

    /// <summary>The monic greatest common divisor. Both arguments are overwritten.</summary>
    public static ulong[] GreatestCommonDivisor(Span<ulong> left, Span<ulong> right)
    {
        left = left[..Trim(left)];
        right = right[..Trim(right)];
        while (!right.IsEmpty)
        {
            MakeMonic(right);
            var length = left.Length < right.Length ? left.Length : Reduce(left, right);
            var remainder = left[..length];
            left = right;
            right = remainder;
        }

        MakeMonic(left);
        return left.ToArray();
    }

    /// <summary>The quotient of an exact division by a monic divisor. The dividend is overwritten.</summary>
    public static ulong[] Divide(Span<ulong> dividend, ReadOnlySpan<ulong> monic)
    {
        var degree = monic.Length - 1;
        var quotient = new ulong[dividend.Length - degree];
        for (var i = quotient.Length - 1; i >= 0; i--)
        {
            var factor = dividend[i + degree];
            quotient[i] = factor;
            if (factor != 0)
            {
                BinaryField.AddScaled(dividend.Slice(i, degree), monic[..degree], factor);
            }
        }

        return quotient;
    }

    private static void MakeMonic(Span<ulong> polynomial)
    {
        if (polynomial.IsEmpty || polynomial[^1] == 1)
        {
            return;
        }

        var inverse = BinaryField.Invert(polynomial[^1]);
        foreach (ref var coefficient in polynomial)
        {
            coefficient = BinaryField.Multiply(coefficient, inverse);
        }
    }

    private static int Trim(ReadOnlySpan<ulong> polynomial)
    {
        var length = polynomial.Length;
        while (length > 0 && polynomial[length - 1] == 0)
        {
            length--;
        }

        return length;
    }
}
