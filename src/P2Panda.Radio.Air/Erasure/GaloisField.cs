using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace P2Panda.Radio.Air.Erasure;

/// <summary>GF(2^8) with the polynomial x^8+x^4+x^3+x^2+1 and generator 2, as zfec has it.</summary>
internal static class GaloisField
{
    /// <summary>The field polynomial without its leading term.</summary>
    private const int Polynomial = 0x1D;

    private static readonly byte[] Exponentials = new byte[510];
    private static readonly byte[] Logarithms = new byte[256];
    private static readonly byte[] Products = new byte[256 * 256];

    // For each factor the products with the sixteen low nibbles, then with the sixteen high nibbles: a byte is two lookups (the method of
    // Plank, Greenan and Miller, "Screaming Fast Galois Field Arithmetic Using Intel SIMD Instructions", FAST 2013).
    private static readonly byte[] NibbleProducts = new byte[256 * 32];

    static GaloisField()
    {
        var value = 1;
        for (var power = 0; power < 255; power++)
        {
            Exponentials[power] = Exponentials[power + 255] = (byte)value;
            Logarithms[value] = (byte)power;
            value <<= 1;
            if (value > 255)
            {
                value = (value & 255) ^ Polynomial;
            }
        }

        for (var left = 1; left < 256; left++)
        {
            for (var right = 1; right < 256; right++)
            {
                Products[(left << 8) | right] = Exponentials[Logarithms[left] + Logarithms[right]];
            }

            for (var nibble = 0; nibble < 16; nibble++)
            {
                NibbleProducts[(left * 32) + nibble] = Products[(left << 8) | nibble];
                NibbleProducts[(left * 32) + 16 + nibble] = Products[(left << 8) | (nibble << 4)];
            }
        }
    }

    /// <summary>The generator to a power of 0 to 509.</summary>
    public static byte Exp(int power) => Exponentials[power];

    public static byte Multiply(byte left, byte right) => Products[(left << 8) | right];

    /// <summary>The multiplicative inverse; zero has none.</summary>
    public static byte Inverse(byte value) => value != 0
        ? Exponentials[255 - Logarithms[value]]
        : throw new DivideByZeroException("Zero has no inverse in GF(2^8).");

    /// <summary>Adds <paramref name="factor"/> × <paramref name="source"/> to <paramref name="target"/>, byte by byte.</summary>
    public static void MultiplyAdd(Span<byte> target, ReadOnlySpan<byte> source, byte factor)
    {
        if (target.Length != source.Length)
        {
            throw new ArgumentException("Both vectors must have the same length.", nameof(source));
        }

        if (factor == 0)
        {
            return;
        }

        var done = Avx2.IsSupported ? MultiplyAddAvx2(target, source, factor)
            : Ssse3.IsSupported || AdvSimd.Arm64.IsSupported ? MultiplyAdd128(target, source, factor)
            : 0;
        MultiplyAddPortable(target[done..], source[done..], factor);
    }

    /// <summary>Replaces every byte by its product with <paramref name="factor"/>.</summary>
    public static void Scale(Span<byte> vector, byte factor)
    {
        var row = Products.AsSpan(factor << 8, 256);
        for (var index = 0; index < vector.Length; index++)
        {
            vector[index] = row[vector[index]];
        }
    }

    internal static void MultiplyAddPortable(Span<byte> target, ReadOnlySpan<byte> source, byte factor)
    {
        var row = Products.AsSpan(factor << 8, 256);
        for (var index = 0; index < target.Length; index++)
        {
            target[index] ^= row[source[index]];
        }
    }

    internal static int MultiplyAdd128(Span<byte> target, ReadOnlySpan<byte> source, byte factor)
    {
        ref var table = ref NibbleProducts[factor * 32];
        var low = Vector128.LoadUnsafe(ref table);
        var high = Vector128.LoadUnsafe(ref table, 16);
        var mask = Vector128.Create((byte)0x0F);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target);
        var end = target.Length & ~15;
        for (var offset = 0; offset < end; offset += 16)
        {
            var bytes = Vector128.LoadUnsafe(ref from, (nuint)offset);
            var product = Lookup(low, bytes & mask) ^ Lookup(high, (bytes.AsUInt16() >>> 4).AsByte() & mask);
            (Vector128.LoadUnsafe(ref to, (nuint)offset) ^ product).StoreUnsafe(ref to, (nuint)offset);
        }

        return end;
    }

    private static int MultiplyAddAvx2(Span<byte> target, ReadOnlySpan<byte> source, byte factor)
    {
        ref var table = ref NibbleProducts[factor * 32];
        var low = Vector256.Create(Vector128.LoadUnsafe(ref table), Vector128.LoadUnsafe(ref table));
        var high = Vector256.Create(Vector128.LoadUnsafe(ref table, 16), Vector128.LoadUnsafe(ref table, 16));
        var mask = Vector256.Create((byte)0x0F);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target);
        var end = target.Length & ~31;
        for (var offset = 0; offset < end; offset += 32)
        {
            var bytes = Vector256.LoadUnsafe(ref from, (nuint)offset);
            var product = Avx2.Shuffle(low, bytes & mask) ^ Avx2.Shuffle(high, (bytes.AsUInt16() >>> 4).AsByte() & mask);
            (Vector256.LoadUnsafe(ref to, (nuint)offset) ^ product).StoreUnsafe(ref to, (nuint)offset);
        }

        return end;
    }

    private static Vector128<byte> Lookup(Vector128<byte> table, Vector128<byte> indices) =>
        Ssse3.IsSupported ? Ssse3.Shuffle(table, indices) : AdvSimd.Arm64.VectorTableLookup(table, indices);
}
