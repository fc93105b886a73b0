namespace P2Panda.Core.Hashing;

/// <summary>
/// The last compression of a chunk or a parent, not yet carried out, because only the caller knows whether it is the root (BLAKE3
/// specification, section 2.6).
/// </summary>
internal readonly ref struct Blake3Output
{
    private readonly ReadOnlySpan<uint> _chainingValue;
    private readonly ReadOnlySpan<byte> _block;
    private readonly int _blockLength;
    private readonly ulong _counter;
    private readonly Blake3Flags _flags;

    /// <param name="chainingValue">Eight words.</param>
    /// <param name="block">64 bytes, zero behind <paramref name="blockLength"/>.</param>
    /// <param name="blockLength">Used bytes of the block.</param>
    /// <param name="counter">Number of the chunk; zero for a parent.</param>
    /// <param name="flags">All flags but that of the root.</param>
    public Blake3Output(
        ReadOnlySpan<uint> chainingValue, ReadOnlySpan<byte> block, int blockLength, ulong counter, Blake3Flags flags)
    {
        _chainingValue = chainingValue;
        _block = block;
        _blockLength = blockLength;
        _counter = counter;
        _flags = flags;
    }

    /// <summary>The 32 bytes a parent takes in.</summary>
    public void WriteChainingValue(Span<byte> output)
    {
        Blake3Words words = default;
        _chainingValue.CopyTo(words);
        Blake3Compression.Chain(words, _block, _blockLength, _counter, _flags);
        Blake3Bytes.Write(words, output);
    }

    /// <summary>As much of the extended output as there is room for.</summary>
    public void WriteRoot(Span<byte> output)
    {
        Span<byte> bytes = stackalloc byte[Blake3Compression.BlockLength];
        for (var number = 0UL; !output.IsEmpty; number++)
        {
            Blake3Compression.Extend(_chainingValue, _block, _blockLength, number, _flags | Blake3Flags.Root, bytes);
            var take = Math.Min(output.Length, bytes.Length);
            bytes[..take].CopyTo(output);
            output = output[take..];
        }
    }
}
