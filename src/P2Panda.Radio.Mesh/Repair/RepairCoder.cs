using System.Buffers.Binary;
using P2Panda.Radio.Air.Erasure;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>Codes over records of different lengths: each is a source symbol of its own, with its length in front and zeros behind.</summary>
internal static class RepairCoder
{
    private const int LengthPrefix = sizeof(ushort);

    /// <summary>Length of a symbol that has room for the longest of the records.</summary>
    public static int SymbolLengthFor(IEnumerable<byte[]> records) => LengthPrefix + records.Max(record => record.Length);

    /// <summary>Symbols over all records.</summary>
    public static byte[] Encode(IReadOnlyList<byte[]> records, int symbolLength, ReadOnlySpan<byte> symbolIds)
    {
        var source = new byte[records.Count * symbolLength];
        for (var i = 0; i < records.Count; i++)
        {
            Put(records[i], source.AsSpan(i * symbolLength, symbolLength));
        }

        var code = ErasureCode.For(records.Count);
        var symbols = new byte[symbolIds.Length * symbolLength];
        for (var i = 0; i < symbolIds.Length; i++)
        {
            code.Encode(source, symbolIds[i], symbols.AsSpan(i * symbolLength, symbolLength));
        }

        return symbols;
    }

    /// <summary>
    /// The records that were not known, by their place; none when there are too few symbols or the symbols are not of these records.
    /// </summary>
    /// <param name="known">All records in the order of the manifest, null where one is missing.</param>
    /// <param name="symbolLength">Bytes of a symbol.</param>
    /// <param name="symbols">Symbols by id.</param>
    public static IReadOnlyDictionary<int, byte[]>? Decode(
        IReadOnlyList<byte[]?> known, int symbolLength, IReadOnlyDictionary<byte, ReadOnlyMemory<byte>> symbols)
    {
        var count = known.Count;
        var ids = new byte[count];
        var bytes = new byte[count * symbolLength];
        var filled = 0;
        for (var i = 0; i < count; i++)
        {
            if (known[i] is { } record)
            {
                if (record.Length + LengthPrefix > symbolLength)
                {
                    return null;
                }

                ids[filled] = (byte)i;
                Put(record, bytes.AsSpan(filled * symbolLength, symbolLength));
                filled++;
            }
        }

        foreach (var (id, symbol) in symbols)
        {
            if (filled < count && id < ErasureCode.MaxSymbols && !(id < count && known[id] is not null))
            {
                ids[filled] = id;
                symbol.Span.CopyTo(bytes.AsSpan(filled * symbolLength, symbolLength));
                filled++;
            }
        }

        if (filled < count)
        {
            return null;
        }

        var source = new byte[count * symbolLength];
        ErasureCode.For(count).Decode(ids, bytes, source);
        var missing = new Dictionary<int, byte[]>();
        for (var i = 0; i < count; i++)
        {
            if (known[i] is null)
            {
                var padded = source.AsSpan(i * symbolLength, symbolLength);
                int length = BinaryPrimitives.ReadUInt16LittleEndian(padded);
                if (length == 0 || length > symbolLength - LengthPrefix || padded[(LengthPrefix + length)..].ContainsAnyExcept((byte)0))
                {
                    return null;
                }

                missing.Add(i, padded.Slice(LengthPrefix, length).ToArray());
            }
        }

        return missing;
    }

    private static void Put(byte[] record, Span<byte> symbol)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(symbol, (ushort)record.Length);
        record.CopyTo(symbol[LengthPrefix..]);
        symbol[(LengthPrefix + record.Length)..].Clear();
    }
}
