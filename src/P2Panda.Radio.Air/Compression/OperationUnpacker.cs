using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Compression;

/// <summary>
/// Rebuilds a packed operation. Where a reference fits several known names, <paramref name="attempt"/> says which to take; whether it was
/// the right one only the author's signature can tell.
/// </summary>
internal ref struct OperationUnpacker(PackContext context, int attempt)
{
    private const int MaxDepth = 4;
    private const int MaxItems = 65_536;

    private readonly List<(RecordWriter Before, int? Length)> _strings = [];
    private RecordWriter _payload = new();

    /// <summary>Whether some reference fits more names than have been tried with this attempt.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The shape of the operation, once unpacked.</summary>
    public OperationShape? Shape { get; private set; }

    public readonly byte[] Payload => _payload.ToArray();

    public RefusalReason Unpack(ReadOnlySpan<byte> packed)
    {
        var reader = new RecordReader(packed);
        if (!reader.TryByte(out var head))
        {
            return RefusalReason.RecordMalformed;
        }

        var action = head >> PackedOperation.ActionShift;
        var previous = (head >> PackedOperation.PreviousShift) & PackedOperation.TwoBits;
        var fields = head & PackedOperation.TwoBits;
        if (action > 2 || previous > PackedOperation.PreviousListed || fields > PackedOperation.FieldsNamed ||
            (action == 0 && previous != PackedOperation.PreviousImplied) || (action == 2 && fields != PackedOperation.FieldsAll))
        {
            return RefusalReason.RecordFormat;
        }

        var reason = ReadShape(ref reader, (head >> PackedOperation.SourceShift) & PackedOperation.TwoBits, out var shape);
        if (reason != RefusalReason.None)
        {
            return reason;
        }

        _payload.Bytes([(byte)(action == 1 ? 0x85 : 0x84), 1, (byte)action]);
        WriteString(CborHead.Text, shape!.Schema);
        reason = action == 0 ? RefusalReason.None : ReadPrevious(ref reader, previous);
        if (reason == RefusalReason.None && action != 2)
        {
            reason = ReadFields(ref reader, fields, shape);
        }

        Shape = shape;
        return reason != RefusalReason.None ? reason
            : _strings.Count > 0 ? ReadStrings(reader.Rest)
            : reader.IsAtEnd ? RefusalReason.None
            : RefusalReason.RecordMalformed;
    }

    // What follows the values are the coded strings, all in one; now that their number is known they go to their places.
    private RefusalReason ReadStrings(ReadOnlySpan<byte> coded)
    {
        using var decoder = new TextDecoder(coded);
        var whole = new RecordWriter();
        foreach (var (before, length) in _strings)
        {
            var content = new RecordWriter();
            if (!(length is { } count ? decoder.TryBytes(count, content) : decoder.TryText(content)))
            {
                return RefusalReason.RecordMalformed;
            }

            whole.Bytes(before.Written);
            CborHead.Write(whole, length is null ? CborHead.Text : CborHead.Bytes, (ulong)content.Length);
            whole.Bytes(content.Written);
        }

        whole.Bytes(_payload.Written);
        _payload = whole;
        return RefusalReason.None;
    }

    private RefusalReason ReadShape(ref RecordReader reader, int source, out OperationShape? shape)
    {
        shape = null;
        switch (source)
        {
            case PackedOperation.SourceReference:
                if (!ShortReference.TryRead(ref reader, out var reference))
                {
                    return RefusalReason.RecordMalformed;
                }

                shape = Take(context.Shapes.Resolve(reference, EntryCodec.MaxCandidates));
                break;
            case PackedOperation.SourceBefore:
                shape = context.SequenceNumber > 1
                    ? context.Known.ShapeAt(context.Log, context.SequenceNumber - 1)
                    : context.LastShape;
                break;
            case PackedOperation.SourceFirst:
                shape = context.Known.ShapeAt(context.Log, 1);
                break;
            default:
                if (!OperationShape.TryReadSchema(ref reader, out var schema))
                {
                    return RefusalReason.RecordMalformed;
                }

                shape = new OperationShape(schema, []);
                break;
        }

        return shape is null ? RefusalReason.ContextMissing : RefusalReason.None;
    }

    private RefusalReason ReadPrevious(ref RecordReader reader, int mode)
    {
        if (mode == PackedOperation.PreviousImplied)
        {
            CborHead.Write(_payload, CborHead.Array, 1);
            return WriteBacklink();
        }

        if (!reader.TryCount(MaxItems, out var count))
        {
            return RefusalReason.RecordMalformed;
        }

        CborHead.Write(_payload, CborHead.Array, (ulong)count);
        for (var index = 0; index < count; index++)
        {
            var reason = reader.TryByte(out var code) ? ReadId(ref reader, code) : RefusalReason.RecordMalformed;
            if (reason != RefusalReason.None)
            {
                return reason;
            }
        }

        return RefusalReason.None;
    }

    private RefusalReason ReadFields(ref RecordReader reader, int mode, OperationShape shape)
    {
        IReadOnlyList<byte[]>? names = null;
        var count = shape.Names.Count;
        if (mode == PackedOperation.FieldsAll)
        {
            names = shape.Names;
        }
        else if (mode == PackedOperation.FieldsBitmap)
        {
            if (!reader.TryBytes((count + 7) / 8, out var bitmap))
            {
                return RefusalReason.RecordMalformed;
            }

            var chosen = new List<byte[]>();
            for (var index = 0; index < count; index++)
            {
                if ((bitmap[index / 8] & (1 << (index % 8))) != 0)
                {
                    chosen.Add(shape.Names[index]);
                }
            }

            names = chosen;
        }
        else if (!reader.TryCount(MaxItems, out count))
        {
            return RefusalReason.RecordMalformed;
        }

        count = names?.Count ?? count;
        CborHead.Write(_payload, CborHead.Map, (ulong)count);
        for (var index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> name;
            if (names is not null)
            {
                name = names[index];
            }
            else if (!reader.TryCount(OperationShape.MaxEncodedLength, out var length) || !reader.TryBytes(length, out name))
            {
                return RefusalReason.RecordMalformed;
            }

            WriteString(CborHead.Text, name);
            var reason = ReadItem(ref reader, 0);
            if (reason != RefusalReason.None)
            {
                return reason;
            }
        }

        return RefusalReason.None;
    }

    private RefusalReason ReadItem(ref RecordReader reader, int depth)
    {
        if (depth > MaxDepth || !reader.TryPeek(out var first))
        {
            return RefusalReason.RecordMalformed;
        }

        if (first is >= PackedOperation.IdDigest and <= PackedOperation.IdOtherAuthor)
        {
            reader.TryByte(out var code);
            return ReadId(ref reader, code);
        }

        if (first is PackedOperation.CodedText or PackedOperation.CodedBytes)
        {
            reader.TryByte(out _);
            var length = 0;
            if (first == PackedOperation.CodedBytes && !reader.TryCount(PackedOperation.MaxCodedLength, out length))
            {
                return RefusalReason.RecordMalformed;
            }

            _strings.Add((_payload, first == PackedOperation.CodedBytes ? length : null));
            _payload = new RecordWriter();
            return RefusalReason.None;
        }

        if (!CborHead.TryRead(reader.Rest, out var head) || head.MajorType is CborHead.Map or CborHead.Tag)
        {
            return RefusalReason.RecordMalformed;
        }

        var content = head.MajorType is CborHead.Bytes or CborHead.Text ? head.Argument : 0;
        if (content > int.MaxValue - 9 || !reader.TryBytes(head.Length + (int)content, out var item))
        {
            return RefusalReason.RecordMalformed;
        }

        _payload.Bytes(item);
        for (var index = 0UL; head.MajorType == CborHead.Array && index < head.Argument; index++)
        {
            var reason = ReadItem(ref reader, depth + 1);
            if (reason != RefusalReason.None)
            {
                return reason;
            }
        }

        return RefusalReason.None;
    }

    private RefusalReason ReadId(ref RecordReader reader, byte code)
    {
        switch (code)
        {
            case PackedOperation.IdDigest:
                if (!reader.TryBytes(OperationOutline.DigestLength, out var digest))
                {
                    return RefusalReason.RecordMalformed;
                }

                _payload.Bytes(OperationOutline.IdPrefix);
                _payload.Bytes(digest);
                return RefusalReason.None;
            case PackedOperation.IdBacklink:
                return WriteBacklink();
            case PackedOperation.IdSameAuthor or PackedOperation.IdOtherAuthor:
                return ReadPosition(ref reader, code == PackedOperation.IdOtherAuthor);
            default:
                return RefusalReason.RecordMalformed;
        }
    }

    private RefusalReason ReadPosition(ref RecordReader reader, bool otherAuthor)
    {
        var authors = new List<Core.Keys.PublicKey> { context.Log.Author };
        if (otherAuthor)
        {
            if (!ShortReference.TryRead(ref reader, out var reference))
            {
                return RefusalReason.RecordMalformed;
            }

            authors = context.Known.Resolve(reference, EntryCodec.MaxCandidates);
        }

        if (!reader.TryNumber(out var log) || !reader.TryNumber(out var sequenceNumber))
        {
            return RefusalReason.RecordMalformed;
        }

        var ids = new List<EntryId>();
        foreach (var author in authors)
        {
            if (context.Known.TryGetId(new LogKey(LogFormat.Bamboo, author, LogId.FromUInt64(log)), sequenceNumber, out var id))
            {
                ids.Add(id);
            }
        }

        return ids.Count == 0 ? RefusalReason.ContextMissing : WriteId(Take(ids));
    }

    // A struct's default (an empty id) cannot come out: the list is not empty.
    private T? Take<T>(List<T> candidates)
    {
        HasMore |= candidates.Count > attempt + 1;
        return candidates.Count == 0 ? default : candidates[attempt % candidates.Count];
    }

    private readonly RefusalReason WriteBacklink() =>
        context.Backlink is { } backlink ? WriteId(backlink) : RefusalReason.ContextMissing;

    private readonly RefusalReason WriteId(EntryId id)
    {
        WriteString(CborHead.Bytes, id.Bytes);
        return RefusalReason.None;
    }

    private readonly void WriteString(int majorType, ReadOnlySpan<byte> content)
    {
        CborHead.Write(_payload, majorType, (ulong)content.Length);
        _payload.Bytes(content);
    }
}
