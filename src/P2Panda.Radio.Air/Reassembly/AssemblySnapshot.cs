using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Reassembly;

/// <summary>
/// Unfinished bursts as bytes, to be put together further after a restart. Version (1); for each burst tag (4), K (1), T (1), whether a
/// sender follows (1), its key (32), when the last new symbol came (8, ticks of 100 ns on the monotonic clock), number of symbols (varu64),
/// and each symbol's id (1) and bytes. Nothing in it is proved: what the symbols decode to is checked like what comes off the air.
/// </summary>
internal static class AssemblySnapshot
{
    private const byte Version = 1;

    // Far enough from the ends of TimeSpan that differences of two instants exist.
    private const long MaxTicks = long.MaxValue / 4;

    /// <summary>Writes as many of the bursts, in their order, as fit; nothing when there are none.</summary>
    public static byte[] Write(IEnumerable<SymbolAssembly> assemblies, int maxLength)
    {
        var all = new RecordWriter();
        all.Byte(Version);
        Span<byte> tag = stackalloc byte[BurstTag.Length];
        foreach (var assembly in assemblies)
        {
            var one = new RecordWriter();
            assembly.Key.Tag.Write(tag);
            one.Bytes(tag);
            one.Byte((byte)assembly.Key.SourceSymbols);
            one.Byte((byte)assembly.Key.SymbolLength);
            one.Byte(assembly.Sender is null ? (byte)0 : (byte)1);
            if (assembly.Sender is { } sender)
            {
                one.Bytes(sender.Bytes);
            }

            one.Int64(assembly.LastHeard.Ticks);
            one.Number((ulong)assembly.Symbols.Count);
            foreach (var symbol in assembly.Symbols)
            {
                one.Byte(symbol.Id);
                one.Bytes(symbol.Bytes);
            }

            if (all.Length + one.Length <= maxLength)
            {
                all.Bytes(one.Written);
            }
        }

        return all.Length > 1 ? all.ToArray() : [];
    }

    /// <summary>Reads what <see cref="Write"/> wrote; none when it is anything else. No more is allocated than the bytes hold.</summary>
    public static List<Kept>? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new RecordReader(bytes);
        if (!reader.TryByte(out var version) || version != Version)
        {
            return null;
        }

        var bursts = new List<Kept>();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryBytes(BurstTag.Length, out var tag) || !reader.TryByte(out var sourceSymbols) || !reader.TryByte(out var symbolLength) ||
                sourceSymbols is < 2 or > FrameFormat.MaxSourceSymbols || symbolLength == 0 ||
                symbolLength + FrameFormat.Overhead(sourceSymbols, strict: false) > FrameFormat.MaxFrameLength ||
                !reader.TryByte(out var hasSender) || hasSender > 1 || !reader.TryBytes(hasSender * PublicKey.Length, out var sender) ||
                !reader.TryInt64(out var heardAt) || heardAt is < -MaxTicks or > MaxTicks ||
                !reader.TryCount(bytes.Length / (1 + symbolLength), out var count) || count == 0)
            {
                return null;
            }

            var symbols = new List<HeardSymbol>(count);
            for (var index = 0; index < count; index++)
            {
                if (!reader.TryByte(out var id) || id >= FrameFormat.MaxSymbols || !reader.TryBytes(symbolLength, out var symbol))
                {
                    return null;
                }

                symbols.Add(new HeardSymbol(id, symbol.ToArray()));
            }

            var key = new BurstKey(BurstTag.Read(tag), sourceSymbols, symbolLength);
            bursts.Add(new Kept(key, hasSender == 0 ? null : new PublicKey(sender), TimeSpan.FromTicks(heardAt), symbols));
        }

        return bursts;
    }

    /// <summary>One burst of a snapshot.</summary>
    /// <param name="Key">Tag, K and T.</param>
    /// <param name="Sender">The signer of its first strict frame, where there was one.</param>
    /// <param name="LastHeard">When the last new symbol came, on the clock of the boot that wrote it.</param>
    /// <param name="Symbols">Its symbols in the order of their arrival.</param>
    public sealed record Kept(BurstKey Key, PublicKey? Sender, TimeSpan LastHeard, IReadOnlyList<HeardSymbol> Symbols);
}
