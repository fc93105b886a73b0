using System.Diagnostics.CodeAnalysis;
using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;

namespace P2Panda.Core.Operations;

/// <summary>The type of a schema's field: its kind and, for relations, the schema of the documents it may point to.</summary>
/// <param name="Kind">Which of the nine.</param>
/// <param name="Target">For relations the schema pointed to; otherwise none.</param>
public sealed record FieldType(FieldKind Kind, SchemaId? Target = null)
{
    private static readonly (string Name, FieldKind Kind)[] Names =
    [
        ("bool", FieldKind.Boolean),
        ("int", FieldKind.Integer),
        ("float", FieldKind.Float),
        ("str", FieldKind.String),
        ("bytes", FieldKind.Bytes),
        ("relation", FieldKind.Relation),
        ("relation_list", FieldKind.RelationList),
        ("pinned_relation", FieldKind.PinnedRelation),
        ("pinned_relation_list", FieldKind.PinnedRelationList),
    ];

    /// <summary>Whether values point to documents.</summary>
    public bool IsRelation => Kind >= FieldKind.Relation;

    /// <summary>Reads the form used in schema field definitions, e.g. <c>relation(venues_0020…)</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out FieldType? type)
    {
        type = null;
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var name = open < 0 ? text : text[..open];
        var index = Array.FindIndex(Names, known => known.Name == name);
        if (index < 0 || Names[index].Kind >= FieldKind.Relation != open >= 0)
        {
            return false;
        }

        if (open < 0)
        {
            type = new FieldType(Names[index].Kind);
            return true;
        }

        if (text[^1] == ')' && SchemaId.TryParse(text[(open + 1)..^1], out var target))
        {
            type = new FieldType(Names[index].Kind, target);
        }

        return type is not null;
    }

    /// <summary>Whether a value, as it was read without a schema, is one of this type.</summary>
    public bool Accepts(PlainValue value) => Kind switch
    {
        FieldKind.Boolean => value.Kind == PlainValueKind.Boolean,
        FieldKind.Integer => value.Kind == PlainValueKind.Integer,
        FieldKind.Float => value.Kind == PlainValueKind.Float,
        FieldKind.String => value.Kind == PlainValueKind.String,
        FieldKind.Bytes => value.Kind == PlainValueKind.Bytes,
        FieldKind.Relation => value.Kind == PlainValueKind.Bytes && Yasmf.IsWellFormed(value.AsBytes),
        FieldKind.RelationList => value.Kind == PlainValueKind.IdList,
        FieldKind.PinnedRelation => value.Kind == PlainValueKind.IdList && IsView(value.AsIdList),
        _ => IsEmptyList(value) || (value.Kind == PlainValueKind.IdListList && value.AsIdListList.All(IsView)),
    };

    /// <summary>The form used in schema field definitions.</summary>
    public override string ToString()
    {
        var name = Array.Find(Names, known => known.Kind == Kind).Name;
        return Target is null ? name : $"{name}({Target})";
    }

    private static bool IsEmptyList(PlainValue value) => value.Kind == PlainValueKind.IdList && value.AsIdList.Count == 0;

    private static bool IsView(IReadOnlyList<EntryId> ids) => DocumentViewId.TryFromSorted(ids, out _);
}
