using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh.Wants;

/// <summary>The body of a want: what a gateway asks its neighbours for.</summary>
/// <param name="Logs">Parts of logs, or none.</param>
/// <param name="Symbols">Symbols of bursts, at most <see cref="MaxSymbolWants"/>.</param>
/// <param name="Known">
/// Entries of the scope that are known to exist, here or elsewhere; none when there is no telling. Who has fewer lacks something too.
/// </param>
public sealed record WantMessage(LogWantMessage? Logs, IReadOnlyList<SymbolWant> Symbols, ulong? Known = null)
{
    /// <summary>Most bursts in one want.</summary>
    public const int MaxSymbolWants = 24;

    private const byte LogsItem = 1;
    private const byte SymbolsItem = 2;
    private const byte KnownItem = 3;

    /// <summary>The body as it travels.</summary>
    public byte[] ToBytes()
    {
        var writer = new WireWriter();
        if (Logs is not null)
        {
            writer.Byte(LogsItem);
            Logs.Write(writer);
        }

        if (Symbols.Count > 0)
        {
            writer.Byte(SymbolsItem);
            writer.Byte((byte)Symbols.Count);
            foreach (var want in Symbols)
            {
                writer.UInt32(want.Key.Tag.Value);
                writer.Byte((byte)want.Key.SourceSymbols);
                writer.Byte((byte)want.Key.SymbolLength);
                writer.Byte((byte)want.Missing);
            }
        }

        if (Known is { } known)
        {
            writer.Byte(KnownItem);
            writer.Varint(known);
        }

        return writer.ToArray();
    }

    /// <summary>Takes a body apart; none when it does not parse.</summary>
    public static WantMessage? Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        LogWantMessage? logs = null;
        var symbols = new List<SymbolWant>();
        ulong? known = null;
        var last = 0;
        while (reader.Remaining > 0)
        {
            int item = reader.Byte();
            if (item <= last)
            {
                return null;
            }

            last = item;
            switch (item)
            {
                case LogsItem:
                    logs = LogWantMessage.Read(ref reader);
                    if (logs is null)
                    {
                        return null;
                    }

                    break;
                case SymbolsItem:
                    int count = reader.Byte();
                    for (var i = 0; i < count && !reader.Failed; i++)
                    {
                        var key = new BurstKey(new BurstTag(reader.UInt32()), reader.Byte(), reader.Byte());
                        symbols.Add(new SymbolWant(key, reader.Byte()));
                    }

                    if (count > MaxSymbolWants)
                    {
                        return null;
                    }

                    break;
                case KnownItem:
                    known = reader.Varint();
                    break;
                default:
                    return null;
            }
        }

        return reader.Complete ? new WantMessage(logs, symbols, known) : null;
    }
}
