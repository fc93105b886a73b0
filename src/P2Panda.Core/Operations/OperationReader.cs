using P2Panda.Core.Cbor;
using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;

namespace P2Panda.Core.Operations;

/// <summary>Reads an operation item by item.</summary>
internal ref struct OperationReader
{
    private CborCursor _cursor;

    public static OperationResult Read(ReadOnlyMemory<byte> payload, int maxLength)
    {
        if (payload.IsEmpty)
        {
            return new OperationResult(null, OperationRefusal.Empty);
        }

        if (payload.Length > maxLength)
        {
            return new OperationResult(null, OperationRefusal.TooLarge);
        }

        var reader = new OperationReader { _cursor = new CborCursor(payload.Span) };
        var refusal = reader.Read(payload, out var operation);
        return new OperationResult(operation, refusal);
    }

    private OperationRefusal Read(ReadOnlyMemory<byte> payload, out Operation? operation)
    {
        operation = null;
        if (!_cursor.TryTakeHeader(out var array))
        {
            return Because(OperationRefusal.NotAnArray);
        }

        if (array.MajorType != CborMajorType.Array)
        {
            return OperationRefusal.NotAnArray;
        }

        if (array.IsIndefinite)
        {
            return OperationRefusal.IndefiniteArray;
        }

        var left = array.Argument;
        var refusal = ReadVersion(ref left);
        if (refusal != OperationRefusal.None)
        {
            return refusal;
        }

        refusal = ReadAction(ref left, out var action);
        if (refusal != OperationRefusal.None)
        {
            return refusal;
        }

        refusal = ReadSchemaId(ref left, out var schemaId);
        if (refusal != OperationRefusal.None)
        {
            return refusal;
        }

        DocumentViewId? previous = null;
        refusal = action == OperationAction.Create ? OperationRefusal.None : ReadPrevious(ref left, out previous);
        if (refusal != OperationRefusal.None)
        {
            return refusal;
        }

        PlainFields? fields = null;
        refusal = action == OperationAction.Delete ? OperationRefusal.None : ReadFields(ref left, out fields);
        if (refusal != OperationRefusal.None)
        {
            return refusal;
        }

        if (left > 0)
        {
            return OperationRefusal.TooManyItems;
        }

        operation = Operation.FromDecoded(action, schemaId!, previous, fields, payload);
        return OperationRefusal.None;
    }

    private OperationRefusal ReadVersion(ref ulong left)
    {
        if (left-- == 0)
        {
            return OperationRefusal.MissingVersion;
        }

        if (!_cursor.TryTakeUnsigned(out var version))
        {
            return Because(OperationRefusal.InvalidVersion);
        }

        return version == Operation.Version ? OperationRefusal.None : OperationRefusal.UnsupportedVersion;
    }

    private OperationRefusal ReadAction(ref ulong left, out OperationAction action)
    {
        action = default;
        if (left-- == 0)
        {
            return OperationRefusal.MissingAction;
        }

        if (!_cursor.TryTakeUnsigned(out var number))
        {
            return Because(OperationRefusal.InvalidAction);
        }

        action = (OperationAction)Math.Min(number, byte.MaxValue);
        return number <= (ulong)OperationAction.Delete ? OperationRefusal.None : OperationRefusal.UnknownAction;
    }

    private OperationRefusal ReadSchemaId(ref ulong left, out SchemaId? schemaId)
    {
        schemaId = null;
        if (left-- == 0)
        {
            return OperationRefusal.MissingSchemaId;
        }

        if (!_cursor.TryTakeText(out var text))
        {
            return Because(OperationRefusal.InvalidSchemaId);
        }

        return SchemaId.TryParse(text, out schemaId) ? OperationRefusal.None : OperationRefusal.MalformedSchemaId;
    }

    private OperationRefusal ReadPrevious(ref ulong left, out DocumentViewId? previous)
    {
        previous = null;
        if (left-- == 0)
        {
            return OperationRefusal.MissingPrevious;
        }

        if (!_cursor.TryPeek(out var header))
        {
            return Because(OperationRefusal.InvalidPrevious);
        }

        // Nobody writes the text form, but the reference reads it.
        if (header.MajorType == CborMajorType.Text)
        {
            if (!_cursor.TryTakeText(out var text))
            {
                return Because(OperationRefusal.InvalidPrevious);
            }

            return DocumentViewId.TryParse(text, out previous) ? OperationRefusal.None : OperationRefusal.InvalidPrevious;
        }

        if (header.MajorType != CborMajorType.Array)
        {
            return OperationRefusal.InvalidPrevious;
        }

        var refusal = ReadIds(out var ids);
        if (refusal != OperationRefusal.None)
        {
            return refusal == OperationRefusal.InvalidListElement ? OperationRefusal.InvalidPrevious : refusal;
        }

        if (ids.Count == 0)
        {
            return OperationRefusal.EmptyPrevious;
        }

        return DocumentViewId.TryFromSorted(ids, out previous) ? OperationRefusal.None : OperationRefusal.UnsortedPrevious;
    }

    private OperationRefusal ReadFields(ref ulong left, out PlainFields? fields)
    {
        fields = null;
        if (left-- == 0)
        {
            return OperationRefusal.MissingFields;
        }

        if (!_cursor.TryTakeHeader(out var map))
        {
            return Because(OperationRefusal.InvalidFields);
        }

        if (map.MajorType != CborMajorType.Map)
        {
            return OperationRefusal.InvalidFields;
        }

        var names = new List<string>();
        var values = new List<PlainValue>();
        for (ulong i = 0; map.IsIndefinite ? !_cursor.TryTakeBreak() : i < map.Argument; i++)
        {
            if (i == PlainFields.MaxCount)
            {
                return OperationRefusal.TooManyFields;
            }

            if (!_cursor.TryTakeText(out var name))
            {
                return Because(OperationRefusal.InvalidFieldName);
            }

            var order = names.Count == 0 ? 1 : Utf8Order.Instance.Compare(name, names[^1]);
            if (order <= 0)
            {
                return order == 0 ? OperationRefusal.DuplicateField : OperationRefusal.UnsortedFields;
            }

            var refusal = ReadValue(out var value);
            if (refusal != OperationRefusal.None)
            {
                return refusal;
            }

            names.Add(name);
            values.Add(value!);
        }

        fields = new PlainFields(names, values);
        return OperationRefusal.None;
    }

    private OperationRefusal ReadValue(out PlainValue? value)
    {
        value = null;
        if (!_cursor.TryPeek(out var header))
        {
            return Because(OperationRefusal.UnsupportedValue);
        }

        switch (header.MajorType)
        {
            case CborMajorType.Unsigned or CborMajorType.Negative or CborMajorType.Tag:
                var refusal = ReadInteger(out var integer);
                value = refusal == OperationRefusal.None ? PlainValue.Integer(integer) : null;
                return refusal;
            case CborMajorType.Bytes:
                if (!_cursor.TryTakeBytes(out var bytes))
                {
                    return Because(OperationRefusal.UnsupportedValue);
                }

                value = PlainValue.Bytes(bytes);
                return OperationRefusal.None;
            case CborMajorType.Text:
                if (!_cursor.TryTakeText(out var text))
                {
                    return Because(OperationRefusal.UnsupportedValue);
                }

                value = PlainValue.String(text);
                return OperationRefusal.None;
            case CborMajorType.Array:
                return ReadList(out value);
            case CborMajorType.Simple:
                _cursor.TryTakeHeader(out _);
                value = SimpleValue(header);
                return value is null ? OperationRefusal.UnsupportedValue : OperationRefusal.None;
            default:
                return OperationRefusal.UnsupportedValue;
        }
    }

    private static PlainValue? SimpleValue(CborHeader header) => header.Additional switch
    {
        20 => PlainValue.Boolean(false),
        21 => PlainValue.Boolean(true),
        25 => PlainValue.Float((double)BitConverter.UInt16BitsToHalf((ushort)header.Argument)),
        26 => PlainValue.Float(BitConverter.UInt32BitsToSingle((uint)header.Argument)),
        27 => PlainValue.Float(BitConverter.UInt64BitsToDouble(header.Argument)),
        _ => null,
    };

    private OperationRefusal ReadInteger(out long value)
    {
        const ulong PositiveBignum = 2;
        const ulong NegativeBignum = 3;
        value = 0;
        if (!_cursor.TryTakeHeader(out var header))
        {
            return Because(OperationRefusal.UnsupportedValue);
        }

        var magnitude = header.Argument;
        var isNegative = header.MajorType == CborMajorType.Negative;
        if (header.MajorType == CborMajorType.Tag)
        {
            // The reference reads big integers where an integer may stand (RFC 8949, section 3.4.3), and no other tag.
            if (header.Argument is not (PositiveBignum or NegativeBignum) || !_cursor.TryTakeBytes(out var bytes))
            {
                return Because(OperationRefusal.UnsupportedValue);
            }

            var significant = bytes.AsSpan().TrimStart((byte)0);
            if (significant.Length > sizeof(ulong))
            {
                return OperationRefusal.IntegerOutOfRange;
            }

            magnitude = 0;
            foreach (var next in significant)
            {
                magnitude = (magnitude << 8) | next;
            }

            isNegative = header.Argument == NegativeBignum;
        }

        if (magnitude > long.MaxValue)
        {
            return OperationRefusal.IntegerOutOfRange;
        }

        value = isNegative ? ~(long)magnitude : (long)magnitude;
        return OperationRefusal.None;
    }

    private OperationRefusal ReadList(out PlainValue? value)
    {
        value = null;
        var lookahead = _cursor;
        if (!lookahead.TryTakeHeader(out var list))
        {
            return Because(OperationRefusal.UnsupportedValue);
        }

        var holdsLists = lookahead.TryPeek(out var first) && first.MajorType == CborMajorType.Array
            && (list.IsIndefinite || list.Argument > 0);
        if (!holdsLists)
        {
            var refusal = ReadIds(out var ids);
            value = refusal == OperationRefusal.None ? PlainValue.RelationList(ids) : null;
            return refusal;
        }

        _cursor.TryTakeHeader(out _);
        var lists = new List<IReadOnlyList<EntryId>>();
        for (ulong i = 0; list.IsIndefinite ? !_cursor.TryTakeBreak() : i < list.Argument; i++)
        {
            if (!_cursor.TryPeek(out var inner))
            {
                return Because(OperationRefusal.InvalidListElement);
            }

            if (inner.MajorType != CborMajorType.Array)
            {
                return OperationRefusal.InvalidListElement;
            }

            var refusal = ReadIds(out var ids);
            if (refusal != OperationRefusal.None)
            {
                return refusal;
            }

            lists.Add(ids);
        }

        value = PlainValue.FromIdLists(lists);
        return OperationRefusal.None;
    }

    private OperationRefusal ReadIds(out IReadOnlyList<EntryId> ids)
    {
        ids = [];
        if (!_cursor.TryTakeHeader(out var array))
        {
            return Because(OperationRefusal.InvalidListElement);
        }

        List<EntryId>? read = null;
        for (ulong i = 0; array.IsIndefinite ? !_cursor.TryTakeBreak() : i < array.Argument; i++)
        {
            if (!_cursor.TryTakeBytes(out var bytes))
            {
                return Because(OperationRefusal.InvalidListElement);
            }

            if (!Yasmf.TryRead(bytes, out var id))
            {
                return OperationRefusal.InvalidListElement;
            }

            (read ??= []).Add(id);
        }

        ids = read ?? ids;
        return OperationRefusal.None;
    }

    /// <summary>Broken CBOR is named as such; otherwise the item at hand was of the wrong type.</summary>
    private readonly OperationRefusal Because(OperationRefusal otherType) => _cursor.Fault switch
    {
        CborFault.Truncated => OperationRefusal.Truncated,
        CborFault.Malformed => OperationRefusal.MalformedCbor,
        _ => otherType,
    };
}
