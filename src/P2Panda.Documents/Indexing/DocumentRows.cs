using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Indexing;

/// <summary>Turns views into rows.</summary>
internal static class DocumentRows
{
    /// <summary>The rows of a view's fields.</summary>
    /// <param name="number">The view's number.</param>
    /// <param name="view">The view, not deleted.</param>
    /// <param name="known">Its schema.</param>
    /// <param name="find">Finds an operation of the document.</param>
    /// <param name="isCurrent">Whether it is what the document looks like now.</param>
    public static IEnumerable<object?[]> Fields(
        long number, DocumentView view, KnownSchema known, Func<EntryId, Operation> find, bool isCurrent)
    {
        var ordering = Ordering(view, find);
        var field = 0L;
        foreach (var (name, type) in known.Schema.Fields)
        {
            if (view.Fields.TryGetValue(name, out var value))
            {
                var item = 0L;
                foreach (var key in Keys(type, value.Value).DefaultIfEmpty(null))
                {
                    var isLong = type.Kind == FieldKind.Bytes && key is not null && ValueKey.IsLong(key);
                    yield return
                    [
                        number,
                        field,
                        item,
                        isCurrent ? known.Number : null,
                        key,
                        type.Kind == FieldKind.String ? ValueKey.Fold(key!) : isLong ? ValueKey.Of((long)value.Value.AsBytes.Length) : null,
                        item == 0 ? Sort(type, ordering[name]) : null,
                        isLong ? ValueKey.Of(value.SetBy) : null,
                    ];
                    item++;
                }
            }

            field++;
        }
    }

    /// <summary>The views a view pins.</summary>
    public static IEnumerable<DocumentViewId> Pins(DocumentView view, Schema schema)
    {
        foreach (var (name, type) in schema.Fields.Where(field => field.Value.Kind is FieldKind.PinnedRelation or FieldKind.PinnedRelationList))
        {
            if (view.Fields.TryGetValue(name, out var field))
            {
                var lists = type.Kind == FieldKind.PinnedRelation ? [field.Value.AsIdList] : field.Value.AsIdListList;
                foreach (var ids in lists)
                {
                    yield return DocumentViewId.FromUnsorted(ids);
                }
            }
        }
    }

    /// <summary>
    /// The value a document is ordered by, which is aquadoggo's choice: of all operations that the view still shows something of, the
    /// one with the lowest id decides, even if a later operation changed the field.
    /// </summary>
    private static Dictionary<string, PlainValue> Ordering(DocumentView view, Func<EntryId, Operation> find)
    {
        var ordering = new Dictionary<string, PlainValue>();
        foreach (var id in view.Fields.Values.Select(field => field.SetBy).Distinct().Order())
        {
            foreach (var (name, value) in find(id).Fields!)
            {
                ordering.TryAdd(name, value);
            }
        }

        return ordering;
    }

    private static byte[] Sort(FieldType type, PlainValue value)
    {
        // Minus zero is a value of its own, but stands where zero stands.
        if (type.Kind == FieldKind.Float)
        {
            return ValueKey.Of(value.AsFloat + 0.0);
        }

        return Keys(type, value).FirstOrDefault() is { } key
            ? ValueKey.Sort(type.Kind == FieldKind.String ? ValueKey.Fold(key) : key)
            : [];
    }

    private static IEnumerable<byte[]> Keys(FieldType type, PlainValue value) => type.Kind switch
    {
        FieldKind.Boolean => [ValueKey.Of(value.AsBoolean)],
        FieldKind.Integer => [ValueKey.Of(value.AsInteger)],
        FieldKind.Float => [ValueKey.Of(value.AsFloat)],
        FieldKind.String => [ValueKey.Of(value.AsString)],
        FieldKind.Bytes or FieldKind.Relation => [ValueKey.Of(value.AsBytes)],
        FieldKind.RelationList => value.AsIdList.Select(ValueKey.Of),
        FieldKind.PinnedRelation => [ValueKey.Of(value.AsIdList)],
        _ => value.AsIdListList.Select(ValueKey.Of),
    };
}
