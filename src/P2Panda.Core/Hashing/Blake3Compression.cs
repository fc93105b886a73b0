using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace P2Panda.Core.Hashing;

/// <summary>The compression function, one block at a time, in portable code (BLAKE3 specification, section 2.2).</summary>
internal static class Blake3Compression
{
    public const int BlockLength = 64;
    public const int ChunkLength = 1024;
    public const int BlocksPerChunk = ChunkLength / BlockLength;
    public const int Rounds = 7;

    /// <summary>The initialisation vector of SHA-256, which BLAKE3 shares.</summary>
    public static ReadOnlySpan<uint> Iv =>
    [
        0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
    ];

    /// <summary>For each round the message words in the order in which the eight quarter rounds take them.</summary>
    public static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8,
        3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1,
        10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6,
        12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4,
        9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7,
        11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13,
    ];

    /// <summary>Compresses one block and keeps the first half of the result: the next chaining value.</summary>
    /// <param name="chainingValue">Eight words, replaced by the next chaining value.</param>
    /// <param name="block">64 bytes; unused ones are zero.</param>
    /// <param name="blockLength">Used bytes of the block.</param>
    /// <param name="counter">Number of the chunk, or of the output block, or zero for a parent.</param>
    /// <param name="flags">Domain separation.</param>
    public static void Chain(Span<uint> chainingValue, ReadOnlySpan<byte> block, int blockLength, ulong counter, Blake3Flags flags)
    {
        Unsafe.SkipInit(out Blake3State state);
        Mix(ref state, chainingValue, block, blockLength, counter, flags);
        for (var i = 0; i < Blake3Words.Length; i++)
        {
            chainingValue[i] = state[i] ^ state[i + 8];
        }
    }

    /// <summary>Compresses one block to 64 bytes of extended output.</summary>
    public static void Extend(
        ReadOnlySpan<uint> chainingValue, ReadOnlySpan<byte> block, int blockLength, ulong counter, Blake3Flags flags, Span<byte> output)
    {
        Unsafe.SkipInit(out Blake3State state);
        Mix(ref state, chainingValue, block, blockLength, counter, flags);
        for (var i = 0; i < Blake3Words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(output[(4 * i)..], state[i] ^ state[i + 8]);
            BinaryPrimitives.WriteUInt32LittleEndian(output[(32 + (4 * i))..], state[i + 8] ^ chainingValue[i]);
        }
    }

    private static void Mix(
        ref Blake3State state, ReadOnlySpan<uint> cv, ReadOnlySpan<byte> block, int blockLength, ulong counter, Blake3Flags flags)
    {
        Unsafe.SkipInit(out Blake3State words);
        for (var i = 0; i < Blake3State.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        }

        ref var m = ref words[0];
        ref var schedule = ref MemoryMarshal.GetReference(Schedule);
        uint v0 = cv[0], v1 = cv[1], v2 = cv[2], v3 = cv[3], v4 = cv[4], v5 = cv[5], v6 = cv[6], v7 = cv[7];
        uint v8 = Iv[0], v9 = Iv[1], v10 = Iv[2], v11 = Iv[3];
        uint v12 = (uint)counter, v13 = (uint)(counter >> 32), v14 = (uint)blockLength, v15 = (uint)flags;
        for (var round = 0; round < Rounds; round++)
        {
            ref var s = ref Unsafe.Add(ref schedule, round * Blake3State.Length);
            QuarterRound(ref v0, ref v4, ref v8, ref v12, Word(ref m, ref s, 0), Word(ref m, ref s, 1));
            QuarterRound(ref v1, ref v5, ref v9, ref v13, Word(ref m, ref s, 2), Word(ref m, ref s, 3));
            QuarterRound(ref v2, ref v6, ref v10, ref v14, Word(ref m, ref s, 4), Word(ref m, ref s, 5));
            QuarterRound(ref v3, ref v7, ref v11, ref v15, Word(ref m, ref s, 6), Word(ref m, ref s, 7));
            QuarterRound(ref v0, ref v5, ref v10, ref v15, Word(ref m, ref s, 8), Word(ref m, ref s, 9));
            QuarterRound(ref v1, ref v6, ref v11, ref v12, Word(ref m, ref s, 10), Word(ref m, ref s, 11));
            QuarterRound(ref v2, ref v7, ref v8, ref v13, Word(ref m, ref s, 12), Word(ref m, ref s, 13));
            QuarterRound(ref v3, ref v4, ref v9, ref v14, Word(ref m, ref s, 14), Word(ref m, ref s, 15));
        }

        (state[0], state[1], state[2], state[3]) = (v0, v1, v2, v3);
        (state[4], state[5], state[6], state[7]) = (v4, v5, v6, v7);
        (state[8], state[9], state[10], state[11]) = (v8, v9, v10, v11);
        (state[12], state[13], state[14], state[15]) = (v12, v13, v14, v15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Word(ref uint message, ref byte schedule, int index) =>
        Unsafe.Add(ref message, (nint)Unsafe.Add(ref schedule, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuarterRound(ref uint a, ref uint b, ref uint c, ref uint d, uint x, uint y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 12);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 8);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 7);
    }

    [InlineArray(Length)]
    private struct Blake3State
    {
        public const int Length = 16;

        private uint _first;
    }
}
