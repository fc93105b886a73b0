using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace P2Panda.Core.Hashing;

/// <summary>
/// Hashes many inputs of equal shape (whole chunks, or pairs of chaining values) to chaining values, as many side by side as the
/// processor has lanes for.
/// </summary>
internal static unsafe class Blake3Lanes
{
    private const int ChainingValueLength = 32;

    /// <summary>Inputs worked on side by side; also how many vectors of 32 bits the widest usable register holds.</summary>
    public static int Width { get; } = !BitConverter.IsLittleEndian ? 1
        : Avx2.IsSupported ? Vector256<uint>.Count
        : Vector128.IsHardwareAccelerated ? Vector128<uint>.Count
        : 1;

    /// <summary>The chaining values of consecutive whole chunks, none of which is the root.</summary>
    /// <param name="chunks">A multiple of 1024 bytes.</param>
    /// <param name="key">Eight words.</param>
    /// <param name="firstChunk">Number of the first chunk.</param>
    /// <param name="flags">Flags of the mode.</param>
    /// <param name="output">32 bytes for each chunk.</param>
    /// <param name="width">Lanes to use, at most <see cref="Width"/>; a parameter so that tests reach every kernel.</param>
    public static void HashChunks(
        ReadOnlySpan<byte> chunks, ReadOnlySpan<uint> key, ulong firstChunk, Blake3Flags flags, Span<byte> output, int width)
    {
        Hash(
            chunks, Blake3Compression.BlocksPerChunk, key, firstChunk, countsUp: true,
            flags, Blake3Flags.ChunkStart, Blake3Flags.ChunkEnd, output, width);
    }

    /// <summary>The chaining values of parent nodes, none of which is the root. <paramref name="output"/> may begin where <paramref name="pairs"/> does.</summary>
    /// <param name="pairs">A multiple of 64 bytes: left and right chaining value of each parent.</param>
    /// <param name="key">Eight words.</param>
    /// <param name="flags">Flags of the mode.</param>
    /// <param name="output">32 bytes for each parent.</param>
    /// <param name="width">Lanes to use.</param>
    public static void HashParents(ReadOnlySpan<byte> pairs, ReadOnlySpan<uint> key, Blake3Flags flags, Span<byte> output, int width)
    {
        Hash(
            pairs, 1, key, 0, countsUp: false, flags | Blake3Flags.Parent, Blake3Flags.None, Blake3Flags.None, output, width);
    }

    private static void Hash(
        ReadOnlySpan<byte> input, int blocks, ReadOnlySpan<uint> key, ulong counter, bool countsUp,
        Blake3Flags flags, Blake3Flags first, Blake3Flags last, Span<byte> output, int width)
    {
        var length = blocks * Blake3Compression.BlockLength;
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, input.Length / length * ChainingValueLength);
        fixed (byte* inputStart = input)
        fixed (byte* outputStart = output)
        fixed (uint* keyStart = key)
        {
            var from = inputStart;
            var to = outputStart;
            var left = input.Length / length;
            while (left > 0)
            {
                int done;
                if (width >= Vector256<uint>.Count && left >= Vector256<uint>.Count)
                {
                    done = Vector256<uint>.Count;
                    Blake3Lanes256.Hash(from, length, blocks, keyStart, counter, countsUp, flags, first, last, to);
                }
                else if (width >= Vector128<uint>.Count && left >= Vector128<uint>.Count)
                {
                    done = Vector128<uint>.Count;
                    Blake3Lanes128.Hash(from, length, blocks, keyStart, counter, countsUp, flags, first, last, to);
                }
                else
                {
                    done = 1;
                    HashOne(new ReadOnlySpan<byte>(from, length), key, counter, flags, first, last, to);
                }

                from += done * length;
                to += done * ChainingValueLength;
                left -= done;
                counter += countsUp ? (ulong)done : 0;
            }
        }
    }

    private static void HashOne(
        ReadOnlySpan<byte> input, ReadOnlySpan<uint> key, ulong counter, Blake3Flags flags, Blake3Flags first, Blake3Flags last, byte* output)
    {
        Blake3Words chainingValue = default;
        key.CopyTo(chainingValue);
        for (var at = 0; at < input.Length; at += Blake3Compression.BlockLength)
        {
            var blockFlags = flags
                | (at == 0 ? first : Blake3Flags.None)
                | (at + Blake3Compression.BlockLength == input.Length ? last : Blake3Flags.None);
            Blake3Compression.Chain(
                chainingValue, input.Slice(at, Blake3Compression.BlockLength), Blake3Compression.BlockLength, counter, blockFlags);
        }

        Blake3Bytes.Write(chainingValue, new Span<byte>(output, ChainingValueLength));
    }
}
