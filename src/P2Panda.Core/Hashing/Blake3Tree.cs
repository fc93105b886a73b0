using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace P2Panda.Core.Hashing;

/// <summary>
/// The tree of chunks, built while input arrives (BLAKE3 specification, sections 2.4 and 5.1.2): complete subtrees wait on a stack of
/// chaining values and are merged only when more input proves that they are not the root.
/// </summary>
internal struct Blake3Tree
{
    /// <summary>Whole subtrees of this many chunks at most are hashed in one go: enough to fill all lanes, little enough for the stack.</summary>
    private const int MaxSubtreeChunks = 128;

    /// <summary>2^64 bytes of input are 2^54 chunks; one value more waits while the merge is put off.</summary>
    private const int MaxDepth = 55;

    private const int ChainingValueLength = 32;

    private readonly Blake3Mode _mode;
    private readonly int _width;
    private Blake3Chunk _chunk;
    private Stack _stack;
    private int _stacked;

    /// <param name="mode">Plain, keyed or derivation.</param>
    /// <param name="width">Lanes to use.</param>
    public Blake3Tree(in Blake3Mode mode, int width)
    {
        _mode = mode;
        _width = width;
        _chunk = new Blake3Chunk(mode.Key, 0);
    }

    /// <summary>Hashes a whole input; one that fits a chunk touches no tree.</summary>
    [SkipLocalsInit]
    public static void Hash(in Blake3Mode mode, ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length <= Blake3Compression.ChunkLength)
        {
            var chunk = new Blake3Chunk(mode.Key, 0);
            chunk.Append(input, mode.Flags);
            chunk.Finish(mode.Flags).WriteRoot(output);
            return;
        }

        var tree = new Blake3Tree(mode, Blake3Lanes.Width);
        tree.Append(input);
        tree.Finish(output);
    }

    public void Append(ReadOnlySpan<byte> input)
    {
        if (_chunk.Length > 0)
        {
            var take = Math.Min(Blake3Compression.ChunkLength - _chunk.Length, input.Length);
            _chunk.Append(input[..take], _mode.Flags);
            input = input[take..];
            if (input.IsEmpty)
            {
                return;
            }

            Span<byte> chainingValue = stackalloc byte[ChainingValueLength];
            _chunk.Finish(_mode.Flags).WriteChainingValue(chainingValue);
            Push(chainingValue, _chunk.Number);
            _chunk = new Blake3Chunk(_mode.Key, _chunk.Number + 1);
        }

        // The last chunk stays out of the tree until more input follows: it may be the root's right child.
        while (input.Length > Blake3Compression.ChunkLength)
        {
            var chunks = SubtreeChunks(input.Length);
            AppendSubtree(input[..(chunks * Blake3Compression.ChunkLength)], chunks);
            input = input[(chunks * Blake3Compression.ChunkLength)..];
            _chunk = new Blake3Chunk(_mode.Key, _chunk.Number + (ulong)chunks);
        }

        if (!input.IsEmpty)
        {
            MergeDownTo(_chunk.Number);
            _chunk.Append(input, _mode.Flags);
        }
    }

    /// <summary>The output so far; more input may follow.</summary>
    public void Finish(Span<byte> output)
    {
        if (_stacked == 0)
        {
            _chunk.Finish(_mode.Flags).WriteRoot(output);
            return;
        }

        // The children of the node at hand; the right one is the chunk, or on top of the stack when the input ended with a subtree.
        Span<byte> pair = stackalloc byte[2 * ChainingValueLength];
        var left = _stacked;
        if (_chunk.Length > 0)
        {
            _chunk.Finish(_mode.Flags).WriteChainingValue(pair[ChainingValueLength..]);
        }
        else
        {
            left--;
            Value(left).CopyTo(pair[ChainingValueLength..]);
        }

        var flags = _mode.Flags | Blake3Flags.Parent;
        Blake3Words key = _mode.Key;
        for (left--; left > 0; left--)
        {
            Value(left).CopyTo(pair);
            new Blake3Output(key, pair, pair.Length, 0, flags).WriteChainingValue(pair[ChainingValueLength..]);
        }

        Value(0).CopyTo(pair);
        new Blake3Output(key, pair, pair.Length, 0, flags).WriteRoot(output);
    }

    /// <summary>The largest complete subtree which starts at the next chunk and which the input fills.</summary>
    private readonly int SubtreeChunks(int inputLength)
    {
        var chunks = Math.Min(MaxSubtreeChunks, 1 << BitOperations.Log2((uint)(inputLength / Blake3Compression.ChunkLength)));
        while ((_chunk.Number & (ulong)(chunks - 1)) != 0)
        {
            chunks /= 2;
        }

        return chunks;
    }

    [SkipLocalsInit]
    private void AppendSubtree(ReadOnlySpan<byte> input, int chunks)
    {
        Span<byte> values = stackalloc byte[MaxSubtreeChunks * ChainingValueLength];
        Blake3Words key = _mode.Key;
        Blake3Lanes.HashChunks(input, key, _chunk.Number, _mode.Flags, values, _width);
        if (chunks == 1)
        {
            Push(values[..ChainingValueLength], _chunk.Number);
            return;
        }

        // Two values are left over: their parent may be the root.
        var count = chunks;
        while (count > 2)
        {
            Blake3Lanes.HashParents(values[..(count * ChainingValueLength)], key, _mode.Flags, values, _width);
            count /= 2;
        }

        Push(values[..ChainingValueLength], _chunk.Number);
        Push(values.Slice(ChainingValueLength, ChainingValueLength), _chunk.Number + (ulong)(chunks / 2));
    }

    private void Push(ReadOnlySpan<byte> value, ulong firstChunk)
    {
        MergeDownTo(firstChunk);
        value.CopyTo(Value(_stacked));
        _stacked++;
    }

    /// <summary>Merges until the stack holds one value for each set bit of the number of chunks before the one that comes now.</summary>
    private void MergeDownTo(ulong chunksBefore)
    {
        var target = BitOperations.PopCount(chunksBefore);
        Blake3Words key = _mode.Key;
        while (_stacked > target)
        {
            var pair = Values((_stacked - 2) * ChainingValueLength, 2 * ChainingValueLength);
            new Blake3Output(key, pair, pair.Length, 0, _mode.Flags | Blake3Flags.Parent).WriteChainingValue(pair[..ChainingValueLength]);
            _stacked--;
        }
    }

    [UnscopedRef]
    private Span<byte> Value(int index) => Values(index * ChainingValueLength, ChainingValueLength);

    [UnscopedRef]
    private Span<byte> Values(int start, int length) => ((Span<byte>)_stack).Slice(start, length);

    [InlineArray(MaxDepth * ChainingValueLength)]
    private struct Stack
    {
        private byte _first;
    }
}
