using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>
/// The body of a repair set: which entries (the manifest), and symbols coded over their canonical records, one source symbol to an entry.
/// Whoever holds all but n of the entries needs any n symbols.
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

    private const byte SameAuthor = 0x80;

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
        if (rangeCount is 0 or > MaxEntries)
        {
            return null;
        }

        var ranges = new List<RepairRange>();
        var entries = 0;
        PublicKey? author = null;
        for (var i = 0; i < rangeCount && !reader.Failed; i++)
        {
            int head = reader.Byte();
            if ((head & SameAuthor) == 0)
            {
                author = reader.Take(PublicKey.Length) is { Length: PublicKey.Length } bytes ? new PublicKey(bytes) : null;
            }

            var length = reader.Byte();
            if (author is not { } known || length > LogId.MaxLength)
            {
                return null;
            }

            var format = (LogFormat)(head & ~SameAuthor);
            var logId = ReadLogId(reader.Take(length), format);
            var from = reader.Varint();
            var count = reader.Varint();
            if (reader.Failed || count is 0 or > MaxEntries || from > ulong.MaxValue - count || format == 0)
            {
                return null;
            }

            entries += (int)count;
            ranges.Add(new RepairRange(new LogKey(format, known, logId), from, (int)count));
        }

        var symbolLength = reader.Varint();
        int symbols = reader.Byte();
        if (reader.Failed || entries > MaxEntries || symbolLength is < 3 or > ushort.MaxValue ||
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

    /// <summary>Bamboo log ids are numbers and lose their leading zero bytes on the way.</summary>
    private static LogId ReadLogId(ReadOnlySpan<byte> bytes, LogFormat format)
    {
        if (format != LogFormat.Bamboo || bytes.Length >= sizeof(ulong))
        {
            return LogId.FromBytes(bytes);
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        bytes.CopyTo(padded[(padded.Length - bytes.Length)..]);
        return LogId.FromBytes(padded);
    }

    private void WriteManifest(WireWriter writer)
    {
        writer.Byte((byte)Ranges.Count);
        PublicKey? author = null;
        foreach (var range in Ranges)
        {
            var same = author == range.Log.Author;
            writer.Byte((byte)((byte)range.Log.Format | (same ? SameAuthor : 0)));
            if (!same)
            {
                writer.Bytes(range.Log.Author.Bytes);
                author = range.Log.Author;
            }

            var id = range.Log.LogId.Bytes;
            if (range.Log.Format == LogFormat.Bamboo)
            {
                id = id.TrimStart((byte)0);
            }

            writer.Byte((byte)id.Length);
            writer.Bytes(id);
            writer.Varint(range.From);
            writer.Varint((ulong)range.Count);
        }

        writer.Varint((ulong)SymbolLength);
    }
}
