namespace P2Panda.Radio.Air.Erasure;

/// <summary>
/// Systematic Reed–Solomon erasure code over GF(2^8) in Rizzo's construction, bit-exact with zfec: symbols 0 to K−1 are the source, any
/// K different symbols of the 255 rebuild it. Evaluation point of symbol 0 is 0, of symbol j is 2^(j−1); generator = V[n,k] · V[k,k]⁻¹.
/// </summary>
public sealed class ErasureCode
{
    /// <summary>Number of different symbols.</summary>
    public const int MaxSymbols = 255;

    /// <summary>Largest number of source symbols the code is made for; a burst uses at most 32 of them.</summary>
    public const int MaxSourceSymbols = 128;

    // Wide symbols are worked on in pieces that stay in the first-level cache.
    private const int BlockLength = 8 * 1024;

    private static readonly ErasureCode?[] Codes = new ErasureCode?[MaxSourceSymbols + 1];

    private readonly byte[] _generator;

    private ErasureCode(int sourceSymbols)
    {
        SourceSymbols = sourceSymbols;
        _generator = BuildGenerator(sourceSymbols);
    }

    /// <summary>Number of source symbols, K.</summary>
    public int SourceSymbols { get; }

    /// <summary>The code for K source symbols; made once and shared.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sourceSymbols"/> is not 1 to <see cref="MaxSourceSymbols"/>.</exception>
    public static ErasureCode For(int sourceSymbols)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sourceSymbols, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sourceSymbols, MaxSourceSymbols);

        // Two threads may both build one; the results are equal and either may win.
        return Codes[sourceSymbols] ??= new ErasureCode(sourceSymbols);
    }

    /// <summary>The evaluation point of a symbol, for error-correcting decoding.</summary>
    internal static byte PointOf(int symbolId) => symbolId == 0 ? (byte)0 : GaloisField.Exp(symbolId - 1);

    /// <summary>The K coefficients of a symbol over the source symbols.</summary>
    internal ReadOnlySpan<byte> RowOf(int symbolId) => _generator.AsSpan(symbolId * SourceSymbols, SourceSymbols);

    /// <summary>Computes one symbol.</summary>
    /// <param name="source">K × T bytes, where T is the length of <paramref name="symbol"/>.</param>
    /// <param name="symbolId">0 to 254; below K the symbol is a piece of the source.</param>
    /// <param name="symbol">Receives the T bytes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or there is no such symbol.</exception>
    public void Encode(ReadOnlySpan<byte> source, int symbolId, Span<byte> symbol)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(symbolId);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(symbolId, MaxSymbols);
        if (source.Length != SourceSymbols * symbol.Length)
        {
            throw new ArgumentException($"The source must have {SourceSymbols} × {symbol.Length} bytes.", nameof(source));
        }

        if (symbolId < SourceSymbols)
        {
            source.Slice(symbolId * symbol.Length, symbol.Length).CopyTo(symbol);
            return;
        }

        for (var start = 0; start < symbol.Length; start += BlockLength)
        {
            Combine(RowOf(symbolId), source, symbol, start);
        }
    }

    /// <summary>Rebuilds the source from K symbols.</summary>
    /// <param name="symbolIds">K different ids, in any order.</param>
    /// <param name="symbols">The K symbols in the order of the ids, T bytes each.</param>
    /// <param name="source">Receives the K × T bytes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, an id is out of range, or two ids are equal.</exception>
    public void Decode(ReadOnlySpan<byte> symbolIds, ReadOnlySpan<byte> symbols, Span<byte> source)
    {
        var k = SourceSymbols;
        if (symbolIds.Length != k || symbols.Length != source.Length || symbols.Length % k != 0)
        {
            throw new ArgumentException($"{k} ids and as many symbols of one length are needed.", nameof(symbolIds));
        }

        var length = symbols.Length / k;
        Span<byte> matrix = stackalloc byte[k * k];
        Span<byte> inverse = stackalloc byte[k * k];
        for (var row = 0; row < k; row++)
        {
            if (symbolIds[row] >= MaxSymbols || symbolIds[..row].Contains(symbolIds[row]))
            {
                throw new ArgumentException("Symbol ids must be below 255 and different.", nameof(symbolIds));
            }

            RowOf(symbolIds[row]).CopyTo(matrix.Slice(row * k, k));
        }

        Invert(matrix, inverse, k);

        // Piece by piece over all symbols, so that what is read stays in the cache for every source symbol that needs it.
        for (var start = 0; start < length; start += BlockLength)
        {
            for (var index = 0; index < k; index++)
            {
                var target = source.Slice(index * length, length);
                var position = symbolIds.IndexOf((byte)index);
                if (position >= 0)
                {
                    var piece = Math.Min(BlockLength, length - start);
                    symbols.Slice((position * length) + start, piece).CopyTo(target[start..]);
                }
                else
                {
                    Combine(inverse.Slice(index * k, k), symbols, target, start);
                }
            }
        }
    }

    private static void Combine(ReadOnlySpan<byte> factors, ReadOnlySpan<byte> symbols, Span<byte> target, int start)
    {
        var block = target.Slice(start, Math.Min(BlockLength, target.Length - start));
        block.Clear();
        for (var index = 0; index < factors.Length; index++)
        {
            GaloisField.MultiplyAdd(block, symbols.Slice((index * target.Length) + start, block.Length), factors[index]);
        }
    }

    private static byte[] BuildGenerator(int k)
    {
        var vandermonde = new byte[MaxSymbols * k];
        for (var symbol = 0; symbol < MaxSymbols; symbol++)
        {
            byte power = 1;
            for (var column = 0; column < k; column++)
            {
                vandermonde[(symbol * k) + column] = power;
                power = GaloisField.Multiply(power, PointOf(symbol));
            }
        }

        var top = vandermonde.AsSpan(0, k * k).ToArray();
        var inverse = new byte[k * k];
        Invert(top, inverse, k);

        var generator = new byte[MaxSymbols * k];
        for (var symbol = 0; symbol < MaxSymbols; symbol++)
        {
            var row = generator.AsSpan(symbol * k, k);
            for (var index = 0; index < k; index++)
            {
                GaloisField.MultiplyAdd(row, inverse.AsSpan(index * k, k), vandermonde[(symbol * k) + index]);
            }
        }

        return generator;
    }

    // Gauss–Jordan. Any K rows of the generator are independent, so a pivot always exists.
    private static void Invert(Span<byte> matrix, Span<byte> inverse, int k)
    {
        inverse.Clear();
        for (var index = 0; index < k; index++)
        {
            inverse[(index * k) + index] = 1;
        }

        for (var column = 0; column < k; column++)
        {
            var pivot = column;
            while (matrix[(pivot * k) + column] == 0)
            {
                pivot++;
            }

            if (pivot != column)
            {
                // Adding the row that has the pivot is as good as exchanging the two.
                GaloisField.MultiplyAdd(matrix.Slice(column * k, k), matrix.Slice(pivot * k, k), 1);
                GaloisField.MultiplyAdd(inverse.Slice(column * k, k), inverse.Slice(pivot * k, k), 1);
            }

            var scale = GaloisField.Inverse(matrix[(column * k) + column]);
            GaloisField.Scale(matrix.Slice(column * k, k), scale);
            GaloisField.Scale(inverse.Slice(column * k, k), scale);
            for (var row = 0; row < k; row++)
            {
                var factor = matrix[(row * k) + column];
                if (row != column && factor != 0)
                {
                    GaloisField.MultiplyAdd(matrix.Slice(row * k, k), matrix.Slice(column * k, k), factor);
                    GaloisField.MultiplyAdd(inverse.Slice(row * k, k), inverse.Slice(column * k, k), factor);
                }
            }
        }
    }
}
