using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Compression;

/// <summary>
/// Where the parts of an encoded operation lie. Only operations written as p2panda writes them have one: definite shortest heads, ids as
/// byte strings. Everything else goes on the air as it is.
/// </summary>
internal sealed class OperationOutline
{
    /// <summary>Bytes of an id's fixed beginning: CBOR head of a 34-byte string, then YASMF's type and length.</summary>
    public const int IdPrefixLength = 4;

    /// <summary>Bytes of an id's BLAKE3 digest.</summary>
    public const int DigestLength = 32;

    private const int MaxDepth = 4;

    private OperationOutline()
    {
    }

    public static ReadOnlySpan<byte> IdPrefix => [0x58, 0x22, 0x00, 0x20];

    public int Action { get; private init; }

    public Range Schema { get; private init; }

    /// <summary>The digests in <c>previous</c>; none for a CREATE.</summary>
    public IReadOnlyList<Range> Previous { get; private init; } = [];

    /// <summary>Field names and values, each with its head; none for a DELETE.</summary>
    public IReadOnlyList<KeyValuePair<Range, Range>> Fields { get; private init; } = [];

    public bool HasFields => Action != 2;

    public static OperationOutline? Read(ReadOnlySpan<byte> payload)
    {
        // [1, action, schema, (previous), (fields)]
        if (payload.Length < 4 || payload[1] != 1 || payload[2] > 2 || payload[0] != 0x80 + (payload[2] == 1 ? 5 : 4))
        {
            return null;
        }

        var action = payload[2];
        var position = 3;
        if (!TrySkip(payload, ref position, CborHead.Text, out var schema))
        {
            return null;
        }

        var previous = new List<Range>();
        if (action != 0 && !TryPrevious(payload, ref position, previous))
        {
            return null;
        }

        var fields = new List<KeyValuePair<Range, Range>>();
        if (action != 2 && !TryFields(payload, ref position, fields))
        {
            return null;
        }

        return position != payload.Length
            ? null
            : new OperationOutline { Action = action, Schema = schema, Previous = previous, Fields = fields };
    }

    /// <summary>The schema and field names, by which similar operations know each other.</summary>
    public OperationShape ShapeOf(ReadOnlySpan<byte> payload)
    {
        var names = new List<byte[]>();
        foreach (var (name, _) in Fields)
        {
            names.Add(payload[name].ToArray());
        }

        return new OperationShape(payload[Schema].ToArray(), names);
    }

    /// <summary>An entry id from its digest.</summary>
    public static EntryId ToId(ReadOnlySpan<byte> digest)
    {
        Span<byte> id = stackalloc byte[EntryId.MaxLength];
        IdPrefix[2..].CopyTo(id);
        digest.CopyTo(id[2..]);
        return EntryId.FromBytes(id);
    }

    private static bool TryPrevious(ReadOnlySpan<byte> payload, ref int position, List<Range> previous)
    {
        if (!CborHead.TryRead(payload[position..], out var head) || head is not { MajorType: CborHead.Array, IsShortest: true })
        {
            return false;
        }

        position += head.Length;
        for (var index = 0UL; index < head.Argument; index++)
        {
            if (!payload[position..].StartsWith(IdPrefix) || payload.Length - position < IdPrefixLength + DigestLength)
            {
                return false;
            }

            previous.Add(new Range(position + IdPrefixLength, position + IdPrefixLength + DigestLength));
            position += IdPrefixLength + DigestLength;
        }

        return true;
    }

    private static bool TryFields(ReadOnlySpan<byte> payload, ref int position, List<KeyValuePair<Range, Range>> fields)
    {
        if (!CborHead.TryRead(payload[position..], out var head) || head is not { MajorType: CborHead.Map, IsShortest: true })
        {
            return false;
        }

        position += head.Length;
        for (var index = 0UL; index < head.Argument; index++)
        {
            if (!TrySkip(payload, ref position, CborHead.Text, out var name))
            {
                return false;
            }

            var start = position;
            if (!TrySkipValue(payload, ref position, 0))
            {
                return false;
            }

            fields.Add(KeyValuePair.Create(name, new Range(start, position)));
        }

        return true;
    }

    private static bool TrySkip(ReadOnlySpan<byte> payload, ref int position, int majorType, out Range content)
    {
        content = default;
        if (!CborHead.TryRead(payload[position..], out var head) || head.MajorType != majorType || !head.IsShortest ||
            head.Argument > (ulong)(payload.Length - position - head.Length))
        {
            return false;
        }

        position += head.Length;
        content = new Range(position, position + (int)head.Argument);
        position += (int)head.Argument;
        return true;
    }

    private static bool TrySkipValue(ReadOnlySpan<byte> payload, ref int position, int depth)
    {
        if (depth > MaxDepth || !CborHead.TryRead(payload[position..], out var head) || head.MajorType is CborHead.Map or CborHead.Tag)
        {
            return false;
        }

        if (head.MajorType is CborHead.Bytes or CborHead.Text && head.Argument > (ulong)(payload.Length - position - head.Length))
        {
            return false;
        }

        position += head.Length + (head.MajorType is CborHead.Bytes or CborHead.Text ? (int)head.Argument : 0);
        for (var index = 0UL; head.MajorType == CborHead.Array && index < head.Argument; index++)
        {
            if (!TrySkipValue(payload, ref position, depth + 1))
            {
                return false;
            }
        }

        return true;
    }
}
