using P2Panda.Radio.Air.Erasure;

namespace P2Panda.Radio.Air.Reassembly;

/// <summary>
/// Finds wrong symbols when honest ones are at least K more than twice their number allows for (Berlekamp–Welch). Symbols are values, at
/// their points, of polynomials of degree below K, one for each byte column. A forged symbol is wrong as a whole, so one mixture of
/// its columns tells where the errors are.
/// </summary>
internal static class ErrorCorrection
{
    /// <summary>Symbols looked at; more would make the equations cost more than they are worth.</summary>
    public const int MaxSymbols = 64;

    /// <summary>The symbols that lie on one codeword, or none.</summary>
    /// <param name="symbols">Symbols with different ids.</param>
    /// <param name="k">K.</param>
    public static List<HeardSymbol>? TrustedOf(IReadOnlyList<HeardSymbol> symbols, int k)
    {
        var count = Math.Min(symbols.Count, MaxSymbols);
        var errors = (count - k) / 2;
        if (errors < 1)
        {
            return null;
        }

        // Q(x) = v · E(x) with E monic of degree e and Q of degree below K + e: linear in the coefficients of both.
        var unknowns = k + (2 * errors);
        var rows = new byte[count][];
        for (var index = 0; index < count; index++)
        {
            var point = ErasureCode.PointOf(symbols[index].Id);
            var value = Mix(symbols[index].Bytes);
            var row = rows[index] = new byte[unknowns + 1];
            byte power = 1;
            for (var degree = 0; degree < k + errors; degree++)
            {
                row[degree] = power;
                if (degree < errors)
                {
                    row[k + errors + degree] = GaloisField.Multiply(value, power);
                }
                else if (degree == errors)
                {
                    row[unknowns] = GaloisField.Multiply(value, power);
                }

                power = GaloisField.Multiply(power, point);
            }
        }

        if (Solve(rows, unknowns) is not { } solution)
        {
            return null;
        }

        var locator = solution.AsSpan(k + errors, errors);
        var trusted = new List<HeardSymbol>();
        for (var index = 0; index < count; index++)
        {
            if (Evaluate(locator, ErasureCode.PointOf(symbols[index].Id)) != 0)
            {
                trusted.Add(symbols[index]);
            }
        }

        return trusted.Count >= k ? trusted : null;
    }

    private static byte Mix(ReadOnlySpan<byte> bytes)
    {
        byte mixed = 0;
        foreach (var value in bytes)
        {
            mixed = (byte)(GaloisField.Multiply(mixed, 0x4D) ^ value);
        }

        return mixed;
    }

    private static byte Evaluate(ReadOnlySpan<byte> monicTail, byte point)
    {
        byte value = 1;
        for (var degree = monicTail.Length - 1; degree >= 0; degree--)
        {
            value = (byte)(GaloisField.Multiply(value, point) ^ monicTail[degree]);
        }

        return value;
    }

    // Gauss–Jordan; free unknowns are zero. None when the equations contradict each other.
    private static byte[]? Solve(byte[][] rows, int unknowns)
    {
        var pivots = new int[unknowns];
        Array.Fill(pivots, -1);
        var next = 0;
        for (var column = 0; column < unknowns && next < rows.Length; column++)
        {
            var pivot = Array.FindIndex(rows, next, row => row[column] != 0);
            if (pivot < 0)
            {
                continue;
            }

            (rows[next], rows[pivot]) = (rows[pivot], rows[next]);
            GaloisField.Scale(rows[next], GaloisField.Inverse(rows[next][column]));
            for (var other = 0; other < rows.Length; other++)
            {
                if (other != next && rows[other][column] != 0)
                {
                    GaloisField.MultiplyAdd(rows[other], rows[next], rows[other][column]);
                }
            }

            pivots[column] = next++;
        }

        for (var row = next; row < rows.Length; row++)
        {
            if (rows[row][unknowns] != 0)
            {
                return null;
            }
        }

        return [.. pivots.Select(row => row < 0 ? (byte)0 : rows[row][unknowns])];
    }
}
