using P2Panda.Core.Cbor;
using P2Panda.Core.Logs;

namespace P2Panda.Core.Operations;

/// <summary>A field's value before a schema says which of the nine field types it is.</summary>
public sealed class PlainValue : IEquatable<PlainValue>
{
    private readonly object _value;

    private PlainValue(PlainValueKind kind, object value)
    {
        Kind = kind;
        _value = value;
    }

    /// <summary>Which of the <c>As…</c> members to ask.</summary>
    public PlainValueKind Kind { get; }

    /// <summary>The value of a <see cref="PlainValueKind.Boolean"/>.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public bool AsBoolean => (bool)_value;

    /// <summary>The value of an <see cref="PlainValueKind.Integer"/>.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public long AsInteger => (long)_value;

    /// <summary>The value of a <see cref="PlainValueKind.Float"/>.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public double AsFloat => (double)_value;

    /// <summary>The value of a <see cref="PlainValueKind.String"/>.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public string AsString => (string)_value;

    /// <summary>The value of <see cref="PlainValueKind.Bytes"/>; never modified.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public ReadOnlySpan<byte> AsBytes => (byte[])_value;

    /// <summary>The value of an <see cref="PlainValueKind.IdList"/>.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public IReadOnlyList<EntryId> AsIdList => (EntryId[])_value;

    /// <summary>The value of an <see cref="PlainValueKind.IdListList"/>; empty for an empty <see cref="PlainValueKind.IdList"/>, which may be meant as one.</summary>
    /// <exception cref="InvalidCastException">The value is of another kind.</exception>
    public IReadOnlyList<IReadOnlyList<EntryId>> AsIdListList => _value is EntryId[] { Length: 0 } ? [] : (EntryId[][])_value;

    /// <summary>A <c>bool</c>.</summary>
    public static PlainValue Boolean(bool value) => new(PlainValueKind.Boolean, value);

    /// <summary>An <c>int</c>.</summary>
    public static PlainValue Integer(long value) => new(PlainValueKind.Integer, value);

    /// <summary>A <c>float</c>.</summary>
    public static PlainValue Float(double value) => new(PlainValueKind.Float, value);

    /// <summary>A <c>str</c>.</summary>
    /// <exception cref="ArgumentException">The string has half a surrogate pair, which UTF-8 cannot express.</exception>
    public static PlainValue String(string value) => new(PlainValueKind.String, WellFormedText.Require(value));

    /// <summary><c>bytes</c>.</summary>
    public static PlainValue Bytes(ReadOnlySpan<byte> value) => new(PlainValueKind.Bytes, value.ToArray());

    /// <summary>A <c>relation</c>: the id of a document.</summary>
    public static PlainValue Relation(EntryId document) => Bytes(document.Bytes);

    /// <summary>A <c>relation_list</c>: ids of documents; order and duplicates are kept.</summary>
    public static PlainValue RelationList(IEnumerable<EntryId> documents) => new(PlainValueKind.IdList, documents.ToArray());

    /// <summary>A <c>pinned_relation</c>: a view of a document.</summary>
    public static PlainValue PinnedRelation(DocumentViewId view) => RelationList(view.OperationIds);

    /// <summary>A <c>pinned_relation_list</c>: views of documents; order and duplicates are kept.</summary>
    public static PlainValue PinnedRelationList(IEnumerable<DocumentViewId> views) => FromIdLists(views.Select(view => view.OperationIds));

    /// <summary>Lists of ids as they were read, sorted or not.</summary>
    internal static PlainValue FromIdLists(IEnumerable<IReadOnlyList<EntryId>> lists)
    {
        EntryId[][] value = [.. lists.Select(list => list.ToArray())];
        return value.Length == 0 ? RelationList([]) : new PlainValue(PlainValueKind.IdListList, value);
    }

    /// <inheritdoc/>
    public bool Equals(PlainValue? other) => other is not null && Kind == other.Kind && Kind switch
    {
        PlainValueKind.Bytes => AsBytes.SequenceEqual(other.AsBytes),
        PlainValueKind.IdList => AsIdList.SequenceEqual(other.AsIdList),
        PlainValueKind.IdListList => AsIdListList.Count == other.AsIdListList.Count
            && AsIdListList.Zip(other.AsIdListList).All(pair => pair.First.SequenceEqual(pair.Second)),
        _ => _value.Equals(other._value),
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PlainValue);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Kind switch
    {
        PlainValueKind.Bytes => AsBytes.Length,
        PlainValueKind.IdList => AsIdList.Count,
        PlainValueKind.IdListList => AsIdListList.Count,
        _ => _value.GetHashCode(),
    });

    internal void Write(CborWriter writer)
    {
        switch (Kind)
        {
            case PlainValueKind.Boolean:
                writer.WriteBoolean(AsBoolean);
                break;
            case PlainValueKind.Integer:
                writer.WriteInteger(AsInteger);
                break;
            case PlainValueKind.Float:
                writer.WriteFloat(AsFloat);
                break;
            case PlainValueKind.String:
                writer.WriteText(AsString);
                break;
            case PlainValueKind.Bytes:
                writer.WriteBytes(AsBytes);
                break;
            case PlainValueKind.IdList:
                WriteIds(writer, AsIdList);
                break;
            default:
                writer.WriteHeader(CborMajorType.Array, (ulong)AsIdListList.Count);
                foreach (var list in AsIdListList)
                {
                    WriteIds(writer, list);
                }

                break;
        }
    }

    internal static void WriteIds(CborWriter writer, IReadOnlyList<EntryId> ids)
    {
        writer.WriteHeader(CborMajorType.Array, (ulong)ids.Count);
        foreach (var id in ids)
        {
            writer.WriteBytes(id.Bytes);
        }
    }
}
