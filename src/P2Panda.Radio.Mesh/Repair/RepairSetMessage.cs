using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>
/// The body of a repair set: which entries (the manifest), and symbols coded over their canonical records, one source symbol to an entry.
/// Whoever holds all but n of the entries needs any n symbols. Logs go by tag: a set is for those who hold the beginning of every log in it.
/// </summary>
/// <param name="Ranges">The entries, in the order of the source symbols.</param>
/// <param name="SymbolLength">Bytes of a symbol: the longest record and its two-byte length.</param>
/// <param name="SymbolIds">Ids of the symbols.</param>
/// <param name="Symbols">The symbols, one after another.</param>
public sealed record RepairSetMessage(
    IReadOnlyList<RepairRange> Ranges, int SymbolLength, IReadOnlyList<byte> SymbolIds, ReadOnlyMemory<byte> Symbols)
{
    /// <summary>Most entries of one set: the code's largest K.</summary>
    public const int MaxEntries = 128;

    /// <summary>The salt of the logs' tags, the same in every set so that sets of different gateways can be the same. A tag that was made to collide spoils a set, which signatures tell.</summary>
    public const uint Salt = 0;

    /// <summary>Entries of the set.</summary>
    public int EntryCount => Ranges.Sum(range => range.Count);

    /// <summary>The body as it travels.</summary>
    public byte[] ToBytes()
    {
        var writer = new WireWriter();
        WriteManifest(writer);
        writer.Byte((byte)SymbolIds.Count);
        for (var i = 0; i < SymbolIds.Count; i++)
        {
            writer.Byte(SymbolIds[i]);
            writer.Bytes(Symbols.Span.Slice(i * SymbolLength, SymbolLength));
        }

        return writer.ToArray();
    }

    /// <summary>The part that is the same for all symbols of a set.</summary>
    public byte[] ManifestBytes()
    {
        var writer = new WireWriter();
        WriteManifest(writer);
        return writer.ToArray();
    }

    /// <summary>Takes a body apart; none when it does not parse.</summary>
    public static RepairSetMessage? Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        int rangeCount = reader.Byte();
        var ranges = new List<RepairRange>();
        var entries = 0;
        for (var i = 0; i < rangeCount && !reader.Failed; i++)
        {
            var tag = reader.UInt48();
            var from = reader.Varint();
            var count = reader.Varint();
            if (reader.Failed || count is 0 or > MaxEntries || from > ulong.MaxValue - count)
            {
                return null;
            }

            entries += (int)count;
            ranges.Add(new RepairRange(tag, from, (int)count));
        }

        var symbolLength = reader.Varint();
        int symbols = reader.Byte();
        if (reader.Failed || entries is 0 or > MaxEntries || symbolLength is < 3 or > ushort.MaxValue ||
            reader.Remaining != symbols * ((int)symbolLength + 1))
        {
            return null;
        }

        var ids = new List<byte>(symbols);
        var symbolBytes = new byte[symbols * (int)symbolLength];
        for (var i = 0; i < symbols; i++)
        {
            ids.Add(reader.Byte());
            reader.Take((int)symbolLength).CopyTo(symbolBytes.AsSpan(i * (int)symbolLength));
        }

        return new RepairSetMessage(ranges, (int)symbolLength, ids, symbolBytes);
    }

    private void WriteManifest(WireWriter writer)
    {
        writer.Byte((byte)Ranges.Count);
        foreach (var range in Ranges)
        {
            writer.UInt48(range.Tag);
            writer.Varint(range.From);
            writer.Varint((ulong)range.Count);
        }

        writer.Varint((ulong)SymbolLength);
    }
}
