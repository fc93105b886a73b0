using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Queries;
using P2Panda.Radio.Gateway.Api.Apps;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.Documents;

/// <summary>The input types of filters, as aquadoggo has them, and what their values mean.</summary>
internal static class FilterTypes
{
    private static readonly (string Name, FilterOperator Operator)[] Operators =
    [
        ("in", FilterOperator.In),
        ("notIn", FilterOperator.NotIn),
        ("eq", FilterOperator.Equal),
        ("notEq", FilterOperator.NotEqual),
        ("gte", FilterOperator.GreaterOrEqual),
        ("gt", FilterOperator.Greater),
        ("lte", FilterOperator.LessOrEqual),
        ("lt", FilterOperator.Less),
        ("contains", FilterOperator.Contains),
        ("notContains", FilterOperator.NotContains),
    ];

    private static readonly string[] One = ["eq", "notEq"];
    private static readonly string[] Sets = ["in", "notIn"];
    private static readonly string[] OneOrSets = [.. Sets, .. One];
    private static readonly string[] Ordered = [.. OneOrSets, "gte", "gt", "lte", "lt"];
    private static readonly InputObjectType Boolean = Make("BooleanFilter", "A filter input type for boolean field values.", Scalars.Boolean, One);

    private static readonly Dictionary<FieldKind, InputObjectType> OfFields = new()
    {
        [FieldKind.Boolean] = Boolean,
        [FieldKind.Integer] = Make("IntegerFilter", "A filter input type for integer field values.", Scalars.Int, Ordered),
        [FieldKind.Float] = Make("FloatFilter", "A filter input type for float field values.", Scalars.Float, Ordered),
        [FieldKind.String] = Make(
            "StringFilter", "A filter input type for string field values.", Scalars.String, [.. Ordered, "contains", "notContains"]),
        [FieldKind.Bytes] = Make("HexBytesFilter", "A filter input type for bytes field values.", DocumentScalars.HexBytes, One),
        [FieldKind.Relation] = Make("RelationFilter", "A filter input type for relation field values.", DocumentScalars.DocumentId, [.. One, .. Sets]),
        [FieldKind.RelationList] = Make(
            "RelationListFilter", "A filter input type for relation list field values.", DocumentScalars.DocumentId, Sets),
        [FieldKind.PinnedRelation] = Make(
            "PinnedRelationFilter", "A filter input type for pinned relation field values.", AppScalars.DocumentViewId, [.. One, .. Sets]),
        [FieldKind.PinnedRelationList] = Make(
            "PinnedRelationListFilter", "A filter input type for pinned relation list field values.", AppScalars.DocumentViewId, Sets),
    };

    /// <summary>Conditions on what every document has.</summary>
    public static InputObjectType Meta { get; } = new InputObjectType(
        "MetaFilterInputObject", "Filter input object containing all meta fields a collection of documents can be filtered by.")
        .Add(new InputValue("documentId", Make(
            "DocumentIdFilter", "A filter input type for document id field on meta object.", DocumentScalars.DocumentId, OneOrSets)))
        .Add(new InputValue("viewId", Make(
            "DocumentViewIdFilter", "A filter input type for document view id field on meta object.", AppScalars.DocumentViewId, OneOrSets)))
        .Add(new InputValue("owner", Make(
            "OwnerFilter", "A filter input type for owner field on meta object.", AppScalars.PublicKey, OneOrSets)))
        .Add(new InputValue("edited", Boolean))
        .Add(new InputValue("deleted", Boolean));

    /// <summary>The filter of a field.</summary>
    public static InputObjectType Of(FieldKind kind) => OfFields[kind];

    /// <summary>The conditions that the argument <c>filter</c> makes.</summary>
    public static IEnumerable<DocumentFilter> Read(P2Panda.Documents.Schemas.Schema schema, Dictionary<string, object?>? argument) =>
        Conditions(argument).Select(condition => (condition.Value, schema.Fields[condition.Name].Kind) switch
        {
            (bool value, _) => DocumentFilter.Of(condition.Name, condition.Operator, value),
            (byte[] value, _) => DocumentFilter.Of(condition.Name, condition.Operator, value),
            (var value, FieldKind.Integer) => DocumentFilter.Of(condition.Name, condition.Operator, Values<long>(value)),
            (var value, FieldKind.Float) => DocumentFilter.Of(condition.Name, condition.Operator, Values<double>(value)),
            (var value, FieldKind.String) => DocumentFilter.Of(condition.Name, condition.Operator, Values<string>(value)),
            (var value, FieldKind.Relation or FieldKind.RelationList) =>
                DocumentFilter.Of(condition.Name, condition.Operator, Values<EntryId>(value)),
            var (value, _) => DocumentFilter.Of(condition.Name, condition.Operator, Values<DocumentViewId>(value)),
        });

    /// <summary>The conditions that the argument <c>meta</c> makes.</summary>
    public static IEnumerable<DocumentFilter> ReadMeta(Dictionary<string, object?>? argument) =>
        Conditions(argument).Select(condition => condition.Name switch
        {
            "documentId" => DocumentFilter.OfDocument(condition.Operator, Values<EntryId>(condition.Value)),
            "viewId" => DocumentFilter.OfView(condition.Operator, Values<DocumentViewId>(condition.Value)),
            "owner" => DocumentFilter.OfOwner(condition.Operator, Values<PublicKey>(condition.Value)),
            "edited" => DocumentFilter.OfEdited(condition.Operator, (bool)condition.Value),
            _ => DocumentFilter.OfDeleted(condition.Operator, (bool)condition.Value),
        });

    private static IEnumerable<(string Name, FilterOperator Operator, object Value)> Conditions(Dictionary<string, object?>? argument) =>
        from field in argument ?? []
        where field.Value is not null
        from condition in (Dictionary<string, object?>)field.Value
        where condition.Value is not null
        select (field.Key, Array.Find(Operators, known => known.Name == condition.Key).Operator, condition.Value);

    private static T[] Values<T>(object value) => value is List<object?> items ? [.. items.Select(item => (T)item!)] : [(T)value];

    private static InputObjectType Make(string name, string description, ScalarType value, string[] operators)
    {
        var type = new InputObjectType(name, description);
        foreach (var operation in operators)
        {
            type.Add(new InputValue(operation, Sets.Contains(operation) ? value.NonNull.List : value));
        }

        return type;
    }
}
