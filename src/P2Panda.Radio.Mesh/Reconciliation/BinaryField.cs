using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>
/// Arithmetic in GF(2^64) = GF(2)[x] / (x^64 + x^4 + x^3 + x + 1), the field of the set sketches. Addition is exclusive or. Products use
/// the processor's carry-less multiplier where there is one (PCLMULQDQ, PMULL) and a four-bit window otherwise.
/// </summary>
internal static class BinaryField
{
    /// <summary>The low part of the reduction polynomial: x^4 + x^3 + x + 1.</summary>
    private const ulong Reduction = 0x1B;

    /// <summary>The product of two elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Multiply(ulong left, ulong right)
    {
        if (Pclmulqdq.IsSupported)
        {
            var product = Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(left), Vector128.CreateScalar(right), 0x00);
            var folded = Pclmulqdq.CarrylessMultiply(product, Vector128.CreateScalar(Reduction), 0x01);
            var folded2 = Pclmulqdq.CarrylessMultiply(folded, Vector128.CreateScalar(Reduction), 0x01);
            return (product ^ folded ^ folded2).ToScalar();
        }

        if (ArmAes.IsSupported)
        {
            var reduction = Vector64.CreateScalar(Reduction);
            var product = ArmAes.PolynomialMultiplyWideningLower(Vector64.CreateScalar(left), Vector64.CreateScalar(right));
            var folded = ArmAes.PolynomialMultiplyWideningLower(product.GetUpper(), reduction);
            var folded2 = ArmAes.PolynomialMultiplyWideningLower(folded.GetUpper(), reduction);
            return (product ^ folded ^ folded2).ToScalar();
        }

        return MultiplyPortable(left, right);
    }

    /// <summary>The product without special instructions.</summary>
    public static ulong MultiplyPortable(ulong left, ulong right)
    {
        Span<ulong> multiples = stackalloc ulong[16];
        multiples[0] = 0;
        multiples[1] = left;
        for (var i = 2; i < 16; i += 2)
        {
            multiples[i] = Double(multiples[i / 2]);
            multiples[i + 1] = multiples[i] ^ left;
        }

        ulong result = 0;
        for (var shift = 60; shift >= 0; shift -= 4)
        {
            var top = result >> 60;
            result = (result << 4) ^ (top ^ (top << 1) ^ (top << 3) ^ (top << 4)) ^ multiples[(int)(right >> shift) & 15];
        }

        return result;
    }

    /// <summary>The element times itself; squaring is linear in this field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Square(ulong element) => Multiply(element, element);

    /// <summary>The inverse, by Fermat: a^(2^64 − 2).</summary>
    /// <exception cref="DivideByZeroException"><paramref name="element"/> is zero.</exception>
    public static ulong Invert(ulong element)
    {
        if (element == 0)
        {
            throw new DivideByZeroException("Zero has no inverse in a field.");
        }

        // ones(n) = a^(2^n − 1); ones(2n) = ones(n)^(2^n) · ones(n). 63 ones and a last squaring give 2^64 − 2.
        var ones = element;
        var length = 1;
        while (length < 32)
        {
            ones = Multiply(SquareTimes(ones, length), ones);
            length *= 2;
        }

        var result = ones;
        for (; length < 63; length++)
        {
            result = Multiply(Square(result), element);
        }

        return Square(result);
    }

    /// <summary>Adds <paramref name="factor"/> · <paramref name="source"/> to <paramref name="target"/>, element by element.</summary>
    public static void AddScaled(Span<ulong> target, ReadOnlySpan<ulong> source, ulong factor)
    {
        target = target[..source.Length];
        for (var i = 0; i < source.Length; i++)
        {
            target[i] ^= Multiply(source[i], factor);
        }
    }

    private static ulong SquareTimes(ulong element, int times)
    {
        for (var i = 0; i < times; i++)
        {
            element = Square(element);
        }

        return element;
    }

    private static ulong Double(ulong element) => (element << 1) ^ ((element >> 63) * Reduction);
}
