using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

using Lanes = System.Runtime.Intrinsics.Vector256<uint>;

namespace P2Panda.Core.Hashing;

/// <summary>
/// Eight inputs at once: lane i of every vector belongs to input i. Message words stay in memory, so that the sixteen registers of
/// AVX2 hold the state.
/// </summary>
internal static unsafe class Blake3Lanes256
{
    private const int Width = 8;

    /// <summary>How far ahead memory is asked for, in bytes.</summary>
    private const int ReadAhead = 256;

    // Compiled once and fully: the code that replaces a running loop on the way to full optimisation is half as fast.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Hash(
        byte* input, int stride, int blocks, uint* key, ulong counter, bool countsUp,
        Blake3Flags flags, Blake3Flags first, Blake3Flags last, byte* output)
    {
        Lanes h0 = Vector256.Create(key[0]), h1 = Vector256.Create(key[1]), h2 = Vector256.Create(key[2]), h3 = Vector256.Create(key[3]);
        Lanes h4 = Vector256.Create(key[4]), h5 = Vector256.Create(key[5]), h6 = Vector256.Create(key[6]), h7 = Vector256.Create(key[7]);
        var numbers = stackalloc uint[2 * Width];
        for (var lane = 0; lane < Width; lane++)
        {
            var number = counter + (countsUp ? (uint)lane : 0);
            numbers[lane] = (uint)number;
            numbers[Width + lane] = (uint)(number >> 32);
        }

        var message = stackalloc byte[(16 * sizeof(Lanes)) + sizeof(Lanes)];
        message = (byte*)(((nuint)message + (nuint)sizeof(Lanes) - 1) & ~((nuint)sizeof(Lanes) - 1));
        ref var schedule = ref MemoryMarshal.GetReference(Offsets);
        var iv = Blake3Compression.Iv;
        for (var block = 0; block < blocks; block++)
        {
            LoadTransposed(input + (block * Blake3Compression.BlockLength), stride, (Lanes*)message);
            LoadTransposed(input + (block * Blake3Compression.BlockLength) + sizeof(Lanes), stride, (Lanes*)message + Width);
            for (var lane = 0; lane < Width; lane++)
            {
                // Eight streams are more than the processor follows by itself. Reading ahead beyond the input does no harm.
                Sse.Prefetch0(input + (block * Blake3Compression.BlockLength) + (lane * stride) + ReadAhead);
            }

            var blockFlags = flags | (block == 0 ? first : 0) | (block == blocks - 1 ? last : 0);
            Lanes v0 = h0, v1 = h1, v2 = h2, v3 = h3, v4 = h4, v5 = h5, v6 = h6, v7 = h7;
            Lanes v8 = Vector256.Create(iv[0]), v9 = Vector256.Create(iv[1]), v10 = Vector256.Create(iv[2]), v11 = Vector256.Create(iv[3]);
            Lanes v12 = Vector256.Load(numbers), v13 = Vector256.Load(numbers + Width);
            Lanes v14 = Vector256.Create((uint)Blake3Compression.BlockLength), v15 = Vector256.Create((uint)blockFlags);
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

        Transpose(ref h0, ref h1, ref h2, ref h3, ref h4, ref h5, ref h6, ref h7);
        var to = (Lanes*)output;
        Vector256.Store(h0, (uint*)to);
        Vector256.Store(h1, (uint*)(to + 1));
        Vector256.Store(h2, (uint*)(to + 2));
        Vector256.Store(h3, (uint*)(to + 3));
        Vector256.Store(h4, (uint*)(to + 4));
        Vector256.Store(h5, (uint*)(to + 5));
        Vector256.Store(h6, (uint*)(to + 6));
        Vector256.Store(h7, (uint*)(to + 7));
    }

    /// <summary>The schedule as byte offsets into the transposed message.</summary>
    private static ReadOnlySpan<ushort> Offsets => OffsetTable;

    private static readonly ushort[] OffsetTable =
        Array.ConvertAll(Blake3Compression.Schedule.ToArray(), word => (ushort)(word * sizeof(Lanes)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadTransposed(byte* input, int stride, Lanes* message)
    {
        var m0 = Vector256.Load((uint*)input);
        var m1 = Vector256.Load((uint*)(input + stride));
        var m2 = Vector256.Load((uint*)(input + (2 * stride)));
        var m3 = Vector256.Load((uint*)(input + (3 * stride)));
        var m4 = Vector256.Load((uint*)(input + (4 * stride)));
        var m5 = Vector256.Load((uint*)(input + (5 * stride)));
        var m6 = Vector256.Load((uint*)(input + (6 * stride)));
        var m7 = Vector256.Load((uint*)(input + (7 * stride)));
        Transpose(ref m0, ref m1, ref m2, ref m3, ref m4, ref m5, ref m6, ref m7);
        message[0] = m0;
        message[1] = m1;
        message[2] = m2;
        message[3] = m3;
        message[4] = m4;
        message[5] = m5;
        message[6] = m6;
        message[7] = m7;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRound(ref Lanes a, ref Lanes b, ref Lanes c, ref Lanes d, byte* message, ref ushort schedule, int index)
    {
        a = a + Vector256.Load((uint*)(message + Unsafe.Add(ref schedule, index))) + b;
        d ^= a;
        d = Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(d, 16) : Avx2.Shuffle(d.AsByte(), RotateBy16).AsUInt32();
        c += d;
        b ^= c;
        b = Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(b, 12) : (b >>> 12) | (b << 20);
        a = a + Vector256.Load((uint*)(message + Unsafe.Add(ref schedule, index + 1))) + b;
        d ^= a;
        d = Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(d, 8) : Avx2.Shuffle(d.AsByte(), RotateBy8).AsUInt32();
        c += d;
        b ^= c;
        b = Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(b, 7) : (b >>> 7) | (b << 25);
    }

    private static Vector256<byte> RotateBy16
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(
            (byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    }

    private static Vector256<byte> RotateBy8
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(
            (byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        ref Lanes r0, ref Lanes r1, ref Lanes r2, ref Lanes r3, ref Lanes r4, ref Lanes r5, ref Lanes r6, ref Lanes r7)
    {
        var a0 = Avx2.UnpackLow(r0, r1).AsUInt64();
        var a1 = Avx2.UnpackHigh(r0, r1).AsUInt64();
        var a2 = Avx2.UnpackLow(r2, r3).AsUInt64();
        var a3 = Avx2.UnpackHigh(r2, r3).AsUInt64();
        var a4 = Avx2.UnpackLow(r4, r5).AsUInt64();
        var a5 = Avx2.UnpackHigh(r4, r5).AsUInt64();
        var a6 = Avx2.UnpackLow(r6, r7).AsUInt64();
        var a7 = Avx2.UnpackHigh(r6, r7).AsUInt64();
        var b0 = Avx2.UnpackLow(a0, a2).AsUInt32();
        var b1 = Avx2.UnpackHigh(a0, a2).AsUInt32();
        var b2 = Avx2.UnpackLow(a1, a3).AsUInt32();
        var b3 = Avx2.UnpackHigh(a1, a3).AsUInt32();
        var b4 = Avx2.UnpackLow(a4, a6).AsUInt32();
        var b5 = Avx2.UnpackHigh(a4, a6).AsUInt32();
        var b6 = Avx2.UnpackLow(a5, a7).AsUInt32();
        var b7 = Avx2.UnpackHigh(a5, a7).AsUInt32();
        r0 = Avx2.Permute2x128(b0, b4, 0x20);
        r1 = Avx2.Permute2x128(b1, b5, 0x20);
        r2 = Avx2.Permute2x128(b2, b6, 0x20);
        r3 = Avx2.Permute2x128(b3, b7, 0x20);
        r4 = Avx2.Permute2x128(b0, b4, 0x31);
        r5 = Avx2.Permute2x128(b1, b5, 0x31);
        r6 = Avx2.Permute2x128(b2, b6, 0x31);
        r7 = Avx2.Permute2x128(b3, b7, 0x31);
    }
}
