using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

using Lanes = System.Runtime.Intrinsics.Vector128<uint>;

namespace P2Panda.Core.Hashing;

/// <summary>Four inputs at once, in 128-bit vectors: NEON on Arm, SSE on x86-64 without AVX2. See <see cref="Blake3Lanes256"/>.</summary>
internal static unsafe class Blake3Lanes128
{
    private const int Width = 4;

    // Compiled once and fully: the code that replaces a running loop on the way to full optimisation is half as fast.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Hash(
        byte* input, int stride, int blocks, uint* key, ulong counter, bool countsUp,
        Blake3Flags flags, Blake3Flags first, Blake3Flags last, byte* output)
    {
        Lanes h0 = Vector128.Create(key[0]), h1 = Vector128.Create(key[1]), h2 = Vector128.Create(key[2]), h3 = Vector128.Create(key[3]);
        Lanes h4 = Vector128.Create(key[4]), h5 = Vector128.Create(key[5]), h6 = Vector128.Create(key[6]), h7 = Vector128.Create(key[7]);
        var numbers = stackalloc uint[2 * Width];
        for (var lane = 0; lane < Width; lane++)
        {
            var number = counter + (countsUp ? (uint)lane : 0);
            numbers[lane] = (uint)number;
            numbers[Width + lane] = (uint)(number >> 32);
        }

        var message = stackalloc uint[16 * Width];
        ref var schedule = ref MemoryMarshal.GetReference(Blake3Compression.Schedule);
        var iv = Blake3Compression.Iv;
        for (var block = 0; block < blocks; block++)
        {
            for (var quarter = 0; quarter < 4; quarter++)
            {
                LoadTransposed(
                    input + (block * Blake3Compression.BlockLength) + (quarter * sizeof(Lanes)), stride, message + (quarter * 4 * Width));
            }

            var blockFlags = flags | (block == 0 ? first : 0) | (block == blocks - 1 ? last : 0);
            Lanes v0 = h0, v1 = h1, v2 = h2, v3 = h3, v4 = h4, v5 = h5, v6 = h6, v7 = h7;
            Lanes v8 = Vector128.Create(iv[0]), v9 = Vector128.Create(iv[1]), v10 = Vector128.Create(iv[2]), v11 = Vector128.Create(iv[3]);
            Lanes v12 = Vector128.Load(numbers), v13 = Vector128.Load(numbers + Width);
            Lanes v14 = Vector128.Create((uint)Blake3Compression.BlockLength), v15 = Vector128.Create((uint)blockFlags);
            for (var round = 0; round < Blake3Compression.Rounds; round++)
            {
                ref var s = ref Unsafe.Add(ref schedule, round * 16);
                QuarterRound(ref v0, ref v4, ref v8, ref v12, message, ref s, 0);
                QuarterRound(ref v1, ref v5, ref v9, ref v13, message, ref s, 2);
                QuarterRound(ref v2, ref v6, ref v10, ref v14, message, ref s, 4);
                QuarterRound(ref v3, ref v7, ref v11, ref v15, message, ref s, 6);
                QuarterRound(ref v0, ref v5, ref v10, ref v15, message, ref s, 8);
                QuarterRound(ref v1, ref v6, ref v11, ref v12, message, ref s, 10);
                QuarterRound(ref v2, ref v7, ref v8, ref v13, message, ref s, 12);
                QuarterRound(ref v3, ref v4, ref v9, ref v14, message, ref s, 14);
            }

            h0 = v0 ^ v8;
            h1 = v1 ^ v9;
            h2 = v2 ^ v10;
            h3 = v3 ^ v11;
            h4 = v4 ^ v12;
            h5 = v5 ^ v13;
            h6 = v6 ^ v14;
            h7 = v7 ^ v15;
        }

        Transpose(ref h0, ref h1, ref h2, ref h3);
        Transpose(ref h4, ref h5, ref h6, ref h7);
        var to = (uint*)output;
        Vector128.Store(h0, to);
        Vector128.Store(h4, to + Width);
        Vector128.Store(h1, to + (2 * Width));
        Vector128.Store(h5, to + (3 * Width));
        Vector128.Store(h2, to + (4 * Width));
        Vector128.Store(h6, to + (5 * Width));
        Vector128.Store(h3, to + (6 * Width));
        Vector128.Store(h7, to + (7 * Width));
    }

    private static void LoadTransposed(byte* input, int stride, uint* message)
    {
        var m0 = Vector128.Load((uint*)input);
        var m1 = Vector128.Load((uint*)(input + stride));
        var m2 = Vector128.Load((uint*)(input + (2 * stride)));
        var m3 = Vector128.Load((uint*)(input + (3 * stride)));
        Transpose(ref m0, ref m1, ref m2, ref m3);
        Vector128.Store(m0, message);
        Vector128.Store(m1, message + Width);
        Vector128.Store(m2, message + (2 * Width));
        Vector128.Store(m3, message + (3 * Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRound(ref Lanes a, ref Lanes b, ref Lanes c, ref Lanes d, uint* message, ref byte schedule, int index)
    {
        a = a + Vector128.Load(message + (Unsafe.Add(ref schedule, index) * Width)) + b;
        d ^= a;
        d = (d >>> 16) | (d << 16);
        c += d;
        b ^= c;
        b = (b >>> 12) | (b << 20);
        a = a + Vector128.Load(message + (Unsafe.Add(ref schedule, index + 1) * Width)) + b;
        d ^= a;
        d = Vector128.Shuffle(d.AsByte(), Vector128.Create((byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)).AsUInt32();
        c += d;
        b ^= c;
        b = (b >>> 7) | (b << 25);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref Lanes r0, ref Lanes r1, ref Lanes r2, ref Lanes r3)
    {
        var a0 = ZipLow(r0, r2);
        var a1 = ZipHigh(r0, r2);
        var a2 = ZipLow(r1, r3);
        var a3 = ZipHigh(r1, r3);
        r0 = ZipLow(a0, a2);
        r1 = ZipHigh(a0, a2);
        r2 = ZipLow(a1, a3);
        r3 = ZipHigh(a1, a3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes ZipLow(Lanes left, Lanes right) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(left, right)
        : Sse2.IsSupported ? Sse2.UnpackLow(left, right)
        : Vector128.Create(left[0], right[0], left[1], right[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes ZipHigh(Lanes left, Lanes right) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(left, right)
        : Sse2.IsSupported ? Sse2.UnpackHigh(left, right)
        : Vector128.Create(left[2], right[2], left[3], right[3]);
}
