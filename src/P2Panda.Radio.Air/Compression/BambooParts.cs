using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Compression;

/// <summary>The parts of a Bamboo entry that the air carries or recomputes.</summary>
internal static class BambooParts
{
    public const int SignatureLength = 64;

    public static ReadOnlySpan<byte> SignatureOf(ReadOnlySpan<byte> entry) => entry[^SignatureLength..];

    /// <summary>Position of the skiplink, where one is due at this sequence number.</summary>
    public static ulong? SkiplinkPosition(ulong sequenceNumber)
    {
        if (sequenceNumber < 2)
        {
            return null;
        }

        var link = Lipmaa.LinkOf(sequenceNumber);
        return link == sequenceNumber - 1 ? null : link;
    }

    /// <summary>Puts an entry together: every field but the given ones follows from the payload.</summary>
    public static byte[] Build(
        LogKey log,
        ulong sequenceNumber,
        bool isEndOfLog,
        EntryId? skiplink,
        EntryId? backlink,
        ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> signature)
    {
        var writer = new RecordWriter();
        writer.Byte(isEndOfLog ? (byte)1 : (byte)0);
        writer.Bytes(log.Author.Bytes);
        writer.Number(log.LogId.ToUInt64());
        writer.Number(sequenceNumber);
        if (skiplink is { } skip)
        {
            writer.Bytes(skip.Bytes);
        }

        if (backlink is { } back)
        {
            writer.Bytes(back.Bytes);
        }

        writer.Number((ulong)payload.Length);
        writer.Bytes(Yasmf.Hash(payload).Bytes);
        writer.Bytes(signature);
        return writer.ToArray();
    }
}
