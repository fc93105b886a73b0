namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>
/// Finds the elements of a set from its odd power sums, as a binary BCH decoder finds the errors of a word: Berlekamp–Massey gives the
/// polynomial whose roots they are, Berlekamp's trace algorithm gives the roots. (Dodis, Ostrovsky, Reyzin, Smith: "Fuzzy Extractors",
/// 2008, section 6.3, "PinSketch".) The work is bounded by the number of sums: about 320·n² products.
/// </summary>
internal static class SyndromeDecoder
{
    /// <summary>Random splits tried on one factor; each separates two given roots with probability one half.</summary>
    private const int MaxSplitAttempts = 24;

    /// <summary>
    /// The set whose sums of powers 1, 3, 5, … are given, or none when it has as many elements as there are sums, or more. The last sum
    /// is never needed to find the elements, only to check them: a wrong answer has a chance of about 2^−64.
    /// </summary>
    public static ulong[]? Decode(ReadOnlySpan<ulong> oddSums)
    {
        if (oddSums.IsEmpty)
        {
            return null;
        }

        var locator = FindLocator(oddSums);
        var degree = locator.Length - 1;
        if (degree == 0)
        {
            return [];
        }

        if (degree >= oddSums.Length || locator[degree] == 0)
        {
            return null;
        }

        // The locator is Π(1 + e·x); reversed it is monic with the elements themselves as roots.
        Array.Reverse(locator);
        if (!HasOnlyDistinctRoots(locator))
        {
            return null;
        }

        var roots = new List<ulong>(degree);
        var random = locator[0] | 1;
        return FindRoots(locator, roots, ref random) ? [.. roots] : null;
    }

    /// <summary>Berlekamp–Massey for binary power sums, where every second discrepancy is zero by itself.</summary>
    private static ulong[] FindLocator(ReadOnlySpan<ulong> oddSums)
    {
        var count = 2 * oddSums.Length;
        var sums = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            sums[i] = (i & 1) == 0 ? oddSums[i / 2] : BinaryField.Square(sums[(i - 1) / 2]);
        }

        var current = new ulong[count + 2];
        var previous = new ulong[count + 2];
        current[0] = 1;
        previous[0] = 1;
        var length = 0;
        var shift = 1;
        ulong previousDiscrepancy = 1;
        for (var i = 0; i < count; i += 2)
        {
            var discrepancy = sums[i];
            for (var j = 1; j <= length; j++)
            {
                discrepancy ^= BinaryField.Multiply(current[j], sums[i - j]);
            }

            if (discrepancy == 0)
            {
                shift += 2;
                continue;
            }

            var factor = BinaryField.Multiply(discrepancy, BinaryField.Invert(previousDiscrepancy));
            if (2 * length <= i)
            {
                var saved = (ulong[])current.Clone();
                AddShifted(current, previous, shift, factor, length);
                length = i + 1 - length;
                previous = saved;
                previousDiscrepancy = discrepancy;
                shift = 2;
            }
            else
            {
                AddShifted(current, previous, shift, factor, length);
                shift += 2;
            }

            if (length >= oddSums.Length)
            {
                return new ulong[length + 1];
            }
        }

        return current[..(length + 1)];
    }

    private static void AddShifted(ulong[] current, ulong[] previous, int shift, ulong factor, int length)
    {
        var room = Math.Min(current.Length - shift, length + 2);
        if (room > 0)
        {
            BinaryField.AddScaled(current.AsSpan(shift, room), previous.AsSpan(0, room), factor);
        }
    }

    /// <summary>Whether x^(2^64) = x modulo the polynomial: it is then a product of distinct linear factors.</summary>
    private static bool HasOnlyDistinctRoots(ReadOnlySpan<ulong> monic)
    {
        var degree = monic.Length - 1;
        if (monic[0] == 0)
        {
            return false;
        }

        if (degree == 1)
        {
            return true;
        }

        var power = new ulong[degree];
        var scratch = new ulong[2 * degree];
        power[1] = 1;
        for (var i = 0; i < 64; i++)
        {
            FieldPolynomial.SquareModulo(power, monic, scratch);
        }

        power[1] ^= 1;
        return !power.AsSpan().ContainsAnyExcept(0UL);
    }

    private static bool FindRoots(ulong[] monic, List<ulong> roots, ref ulong random)
    {
        var degree = monic.Length - 1;
        if (degree == 0)
        {
            return true;
        }

        if (degree == 1)
        {
            roots.Add(monic[0]);
            return true;
        }

        for (var attempt = 0; attempt < MaxSplitAttempts; attempt++)
        {
            var trace = Trace(monic, Next(ref random));
            var divisor = FieldPolynomial.GreatestCommonDivisor((ulong[])monic.Clone(), trace);
            if (divisor.Length > 1 && divisor.Length < monic.Length)
            {
                var other = FieldPolynomial.Divide((ulong[])monic.Clone(), divisor);
                return FindRoots(divisor, roots, ref random) && FindRoots(other, roots, ref random);
            }
        }

        return false;
    }

    /// <summary>Σ (β·x)^(2^i) for i from 0 to 63, modulo the polynomial: zero at about half of its roots.</summary>
    private static ulong[] Trace(ReadOnlySpan<ulong> monic, ulong beta)
    {
        var degree = monic.Length - 1;
        var power = new ulong[degree];
        var sum = new ulong[degree];
        var scratch = new ulong[2 * degree];
        power[1] = beta;
        sum[1] = beta;
        for (var i = 1; i < 64; i++)
        {
            FieldPolynomial.SquareModulo(power, monic, scratch);
            for (var j = 0; j < degree; j++)
            {
                sum[j] ^= power[j];
            }
        }

        return sum;
    }

    /// <summary>splitmix64: the same polynomial is always split the same way.</summary>
    private static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return z == 0 ? 1 : z;
    }
}
