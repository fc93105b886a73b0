using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Compression;

/// <summary>Writes the values of a packed operation: CBOR as it is, but for ids and, where wanted, strings.</summary>
internal sealed class ItemWriter(PackContext context, RecordWriter writer, TextEncoder? strings, bool codeBytes)
{
    public RecordWriter Output => writer;

    /// <summary>Writes the next item of an outlined value; an array's items follow its head by themselves.</summary>
    public void Write(ref ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith(OperationOutline.IdPrefix) && rest.Length >= OperationOutline.IdPrefixLength + OperationOutline.DigestLength)
        {
            WriteId(rest.Slice(OperationOutline.IdPrefixLength, OperationOutline.DigestLength), context, writer);
            rest = rest[(OperationOutline.IdPrefixLength + OperationOutline.DigestLength)..];
            return;
        }

        // The outline has been through all of it, so every head is good.
        CborHead.TryRead(rest, out var head);
        var length = head.MajorType is CborHead.Bytes or CborHead.Text ? (int)head.Argument : 0;
        var item = rest[..(head.Length + length)];
        var content = item[head.Length..];
        rest = rest[item.Length..];
        if (strings is not null && head.IsShortest && strings.Length + length < PackedOperation.MaxCodedLength)
        {
            if (head.MajorType == CborHead.Text && !content.Contains((byte)0))
            {
                writer.Byte(PackedOperation.CodedText);
                strings.Text(content);
                return;
            }

            if (codeBytes && head.MajorType == CborHead.Bytes)
            {
                writer.Byte(PackedOperation.CodedBytes);
                writer.Number(head.Argument);
                strings.Bytes(content);
                return;
            }
        }

        writer.Bytes(item);
    }

    public static void WriteId(ReadOnlySpan<byte> digest, PackContext context, RecordWriter writer)
    {
        var id = OperationOutline.ToId(digest);
        if (id == context.Backlink && context.Encoding != EntryEncoding.Standalone)
        {
            writer.Byte(PackedOperation.IdBacklink);
            return;
        }

        if (context.Encoding == EntryEncoding.Context && context.Known.TryGetPosition(id, out var log, out var sequenceNumber) &&
            log.Format == LogFormat.Bamboo && context.IsShared(log, sequenceNumber))
        {
            if (log.Author == context.Log.Author)
            {
                writer.Byte(PackedOperation.IdSameAuthor);
            }
            else
            {
                writer.Byte(PackedOperation.IdOtherAuthor);
                context.Known.ReferenceTo(log.Author).Write(writer);
            }

            writer.Number(log.LogId.ToUInt64());
            writer.Number(sequenceNumber);
            return;
        }

        writer.Byte(PackedOperation.IdDigest);
        writer.Bytes(digest);
    }
}
