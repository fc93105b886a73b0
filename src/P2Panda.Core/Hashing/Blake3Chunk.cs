using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace P2Panda.Core.Hashing;

/// <summary>A chunk that fills up: chaining value of its full blocks, and the block at hand, which may yet be the last.</summary>
internal struct Blake3Chunk
{
    private Blake3Words _chainingValue;
    private Block _block;
    private int _blockLength;
    private int _blocksDone;

    public Blake3Chunk(in Blake3Words key, ulong number)
    {
        _chainingValue = key;
        Number = number;
    }

    /// <summary>Position among the chunks of the input, from zero.</summary>
    public ulong Number { get; }

    /// <summary>Bytes taken in.</summary>
    public readonly int Length => (_blocksDone * Blake3Compression.BlockLength) + _blockLength;

    private readonly Blake3Flags Start => _blocksDone == 0 ? Blake3Flags.ChunkStart : Blake3Flags.None;

    /// <summary>Takes in bytes; together with what is there already at most 1024.</summary>
    public void Append(ReadOnlySpan<byte> input, Blake3Flags flags)
    {
        while (!input.IsEmpty)
        {
            if (_blockLength == Blake3Compression.BlockLength)
            {
                Blake3Compression.Chain(_chainingValue, _block, _blockLength, Number, flags | Start);
                _blocksDone++;
                _blockLength = 0;
            }

            var take = Math.Min(Blake3Compression.BlockLength - _blockLength, input.Length);
            input[..take].CopyTo(_block[_blockLength..]);
            _blockLength += take;
            input = input[take..];
        }
    }

    /// <summary>The chunk's last compression.</summary>
    [UnscopedRef]
    public Blake3Output Finish(Blake3Flags flags)
    {
        _block[_blockLength..].Clear();
        return new Blake3Output(_chainingValue, _block, _blockLength, Number, flags | Start | Blake3Flags.ChunkEnd);
    }

    [InlineArray(Blake3Compression.BlockLength)]
    private struct Block
    {
        private byte _first;
    }
}
