using P2Panda.Core.Operations;
using P2Panda.Documents;
using P2Panda.Documents.Queries;
using P2Panda.Documents.Schemas;
using P2Panda.Radio.Gateway.Api.Apps;
using P2Panda.Radio.Gateway.GraphQL.Execution;
using P2Panda.Radio.Gateway.GraphQL.Types;
using DocumentSchema = P2Panda.Documents.Schemas.Schema;

namespace P2Panda.Radio.Gateway.Documents;

/// <summary>
/// The types and queries that aquadoggo makes of p2panda schemas, made of a set of them: for each schema a query of one document and one of
/// the collection. A relation to a schema that is not known here yet is left out until it is.
/// </summary>
internal sealed class DocumentTypes
{
    /// <summary>Most application schemas that are shown; further ones can be written and sent on, not read.</summary>
    public const int MaxSchemas = 500;

    private static readonly EnumType OrderDirection = new(
        "OrderDirection", "Possible ordering direction for collection queries.", [new EnumValue("ASC"), new EnumValue("DESC")]);

    private static readonly ObjectType Meta = new ObjectType(
        "DocumentMeta", "Meta fields of a document, contains id and authorship information.")
        .Add(Field.Of<DocumentRecord>("documentId", DocumentScalars.DocumentId.NonNull, document => document.Id))
        .Add(Field.Of<DocumentRecord>("viewId", AppScalars.DocumentViewId.NonNull, document => document.ViewId))
        .Add(Field.Of<DocumentRecord>("owner", AppScalars.PublicKey.NonNull, document => document.Owner));

    private readonly MaterialisedDocuments _documents;
    private readonly Dictionary<SchemaId, SchemaTypes> _types;

    private DocumentTypes(MaterialisedDocuments documents, IEnumerable<DocumentSchema> schemas)
    {
        _documents = documents;
        _types = schemas.ToDictionary(schema => schema.Id, schema => new SchemaTypes(schema));
        foreach (var types in _types.Values)
        {
            Complete(types);
        }
    }

    /// <summary>The queries of all schemas of a set.</summary>
    public static IEnumerable<Field> QueriesOf(MaterialisedDocuments documents, SchemaSet schemas)
    {
        var listed = schemas.Listed.Take(DocumentSchema.System.Count + MaxSchemas);
        return new DocumentTypes(documents, listed).Queries();
    }

    private IEnumerable<Field> Queries()
    {
        foreach (var types in _types.Values)
        {
            var id = types.Schema.Id;
            yield return new Field(
                id.Text,
                types.Document,
                ResolveOneAsync,
                $"Query a `{id.Name}` document by its id or the id of one of its views.",
                new InputValue("id", DocumentScalars.DocumentId),
                new InputValue("viewId", AppScalars.DocumentViewId));
            yield return new Field(
                $"all_{id}",
                types.Collection.NonNull,
                context => ResolvePageAsync(context, types.Schema, null),
                $"Query a paginated collection of `{id.Name}` documents. It can be filtered and ordered by their fields.",
                types.CollectionArguments());
        }
    }

    private void Complete(SchemaTypes types)
    {
        foreach (var (name, type) in types.Schema.Fields)
        {
            types.Filter.Add(new InputValue(name, FilterTypes.Of(type.Kind)));
            if (FieldOf(name, type) is { } field)
            {
                types.Fields.Add(field);
            }
        }

        foreach (var document in (ObjectType[])[types.Document, types.Item])
        {
            if (types.Fields.Fields.Count > 0)
            {
                document.Add(Field.Of<object>("fields", types.Fields, RecordOf));
            }

            document.Add(Field.Of<object>("meta", Meta, RecordOf));
        }

        types.Item.Add(Field.Of<DocumentItem>("cursor", Scalars.String, item => item.Cursor));
        types.Collection
            .Add(Field.Of<DocumentPage>("totalCount", Scalars.Int.NonNull, page => page.TotalCount))
            .Add(Field.Of<DocumentPage>("endCursor", Scalars.String.NonNull, page => page.EndCursor ?? (object)NoCursor.Instance))
            .Add(Field.Of<DocumentPage>("hasNextPage", Scalars.Boolean.NonNull, page => page.HasNextPage))
            .Add(Field.Of<DocumentPage>("documents", types.Item.NonNull.List.NonNull, page => page.Items));
    }

    private Field? FieldOf(string name, FieldType type)
    {
        if (!type.IsRelation)
        {
            var scalar = type.Kind switch
            {
                FieldKind.Boolean => Scalars.Boolean,
                FieldKind.Integer => Scalars.Int,
                FieldKind.Float => Scalars.Float,
                FieldKind.String => Scalars.String,
                _ => DocumentScalars.HexBytes,
            };
            return Field.Of<DocumentRecord>(name, scalar, document => ValueOf(document, name, type));
        }

        if (!_types.TryGetValue(type.Target!, out var target))
        {
            return null;
        }

        return type.Kind is FieldKind.Relation or FieldKind.PinnedRelation
            ? new Field(name, target.Document, context => ResolveRelationAsync(context, name, type))
            : new Field(
                name,
                target.Collection,
                context => ResolvePageAsync(context, target.Schema, new RelationList((DocumentRecord)context.Parent!, name)),
                null,
                target.CollectionArguments());
    }

    private static object? ValueOf(DocumentRecord document, string name, FieldType type)
    {
        if (!document.Fields.TryGetValue(name, out var value) || !type.Accepts(value))
        {
            return null;
        }

        return type.Kind switch
        {
            FieldKind.Boolean => value.AsBoolean,
            FieldKind.Integer => value.AsInteger,
            FieldKind.Float => double.IsFinite(value.AsFloat) ? value.AsFloat : null,
            FieldKind.String => value.AsString,
            _ => Convert.ToHexStringLower(value.AsBytes),
        };
    }

    private async ValueTask<object?> ResolveOneAsync(FieldContext context)
    {
        var id = context.Field.Arguments.GetValueOrDefault("id");
        var viewId = context.Field.Arguments.GetValueOrDefault("viewId");
        return (id, viewId) switch
        {
            (null, null) => new FieldError("Must provide either `id` or `viewId` argument"),
            (not null, not null) => new FieldError("Must only provide `id` or `viewId` argument"),
            _ => await FindAsync(context, id ?? viewId!).ConfigureAwait(false),
        };
    }

    private async ValueTask<object?> ResolveRelationAsync(FieldContext context, string name, FieldType type)
    {
        var document = (DocumentRecord)context.Parent!;
        if (!document.Fields.TryGetValue(name, out var value) || !type.Accepts(value))
        {
            return null;
        }

        return type.Kind == FieldKind.PinnedRelation
            ? await FindAsync(context, DocumentViewId.FromUnsorted(value.AsIdList)).ConfigureAwait(false)
            : await FindAsync(context, Core.Logs.EntryId.FromBytes(value.AsBytes)).ConfigureAwait(false);
    }

    private async Task<object?> FindAsync(FieldContext context, object id)
    {
        try
        {
            var fields = FieldsOf(context.Field);
            return id is DocumentViewId view
                ? await _documents.FindAsync(view, fields, context.Cancellation).ConfigureAwait(false)
                : await _documents.FindAsync((Core.Logs.EntryId)id, fields, context.Cancellation).ConfigureAwait(false);
        }
        catch (DocumentQueryException refusal)
        {
            return new FieldError(refusal.Message);
        }
    }

    private async ValueTask<object?> ResolvePageAsync(FieldContext context, DocumentSchema schema, RelationList? list)
    {
        // A list in a document of another schema than the one asked for.
        if (list is not null && !list.Holder.Fields.ContainsKey(list.Field))
        {
            return null;
        }

        try
        {
            var first = context.Argument<long?>("first") ?? CollectionQuery.DefaultPageSize;
            var orderBy = context.Argument<string>("orderBy");
            var query = new CollectionQuery
            {
                Schema = schema,
                List = list,
                Filters =
                [
                    .. FilterTypes.Read(schema, context.Argument<Dictionary<string, object?>>("filter")),
                    .. FilterTypes.ReadMeta(context.Argument<Dictionary<string, object?>>("meta")),
                ],
                Order = new DocumentOrder(
                    orderBy switch
                    {
                        null or "DOCUMENT_ID" => DocumentOrderKey.DocumentId,
                        "DOCUMENT_VIEW_ID" => DocumentOrderKey.ViewId,
                        _ => DocumentOrderKey.Field,
                    },
                    orderBy ?? "",
                    context.Argument<string>("orderDirection") == "DESC"),
                First = (int)Math.Clamp(first, int.MinValue, int.MaxValue),
                After = context.Argument<string>("after"),
                WithTotal = context.Field.Find("totalCount") is not null,
                WithDocuments = context.Field.Children.Any(child => child.Definition.Name is "documents" or "hasNextPage" or "endCursor"),
                Fields = [.. ChildrenOf(context.Field, "documents").SelectMany(FieldsOf)],
            };
            return await _documents.QueryAsync(query, context.Cancellation).ConfigureAwait(false);
        }
        catch (DocumentQueryException refusal)
        {
            return new FieldError(refusal.Message);
        }
    }

    /// <summary>The names of the fields that are asked of a document.</summary>
    private static HashSet<string> FieldsOf(PlannedField document) =>
        [.. ChildrenOf(document, "fields").SelectMany(fields => fields.Children).Select(field => field.Definition.Name)];

    private static IEnumerable<PlannedField> ChildrenOf(PlannedField field, string name) =>
        field.Children.Where(child => child.Definition.Name == name);

    private static DocumentRecord RecordOf(object document) => (document as DocumentItem)?.Document ?? (DocumentRecord)document;

    /// <summary>The types made of one schema; those of all schemas are made before any gets its fields.</summary>
    private sealed class SchemaTypes
    {
        private readonly EnumType _orderBy;

        public SchemaTypes(DocumentSchema schema)
        {
            Schema = schema;
            var id = schema.Id;
            Document = new ObjectType(id.Text, schema.Description);
            Item = new ObjectType($"{id}Item", schema.Description);
            Fields = new ObjectType($"{id}Fields", $"The application fields of a `{id.Name}` document.");
            Collection = new ObjectType(
                $"{id}Collection", $"A single page response returned when querying a collection of `{id.Name}` documents.");
            Filter = new InputObjectType($"{id}Filter", null);
            string[] keys = ["DOCUMENT_ID", "DOCUMENT_VIEW_ID"];
            _orderBy = new EnumType($"{id}OrderBy", null, keys.Union(schema.Fields.Keys).Select(key => new EnumValue(key)));
        }

        public DocumentSchema Schema { get; }

        public ObjectType Document { get; }

        public ObjectType Item { get; }

        public ObjectType Fields { get; }

        public ObjectType Collection { get; }

        public InputObjectType Filter { get; }

        public IEnumerable<InputValue> CollectionArguments() =>
        [
            new("filter", Filter),
            new("meta", FilterTypes.Meta),
            new("orderBy", _orderBy, defaultValue: "DOCUMENT_ID"),
            new("orderDirection", OrderDirection, defaultValue: "ASC"),
            new("first", Scalars.Int, defaultValue: "25"),
            new("after", DocumentScalars.Cursor),
        ];
    }

    /// <summary>Written as null: aquadoggo's end cursor is null for an empty page, although its type says that it never is.</summary>
    private sealed class NoCursor
    {
        public static readonly NoCursor Instance = new();

        public override string? ToString() => null;
    }
}
