using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Schemas;

/// <summary>The fields a document has, by name, and their types.</summary>
public sealed class Schema
{
    private static readonly FrozenDictionary<SchemaId, Schema> SystemSchemas = new Schema[]
    {
        new(SchemaId.SchemaDefinition, "Defines a schema", new Dictionary<string, FieldType>
        {
            ["name"] = new(FieldKind.String),
            ["description"] = new(FieldKind.String),
            ["fields"] = new(FieldKind.PinnedRelationList, SchemaId.SchemaFieldDefinition),
        }),
        new(SchemaId.SchemaFieldDefinition, "Defines a field of a schema", new Dictionary<string, FieldType>
        {
            ["name"] = new(FieldKind.String),
            ["type"] = new(FieldKind.String),
        }),
        new(SchemaId.Blob, "A file", new Dictionary<string, FieldType>
        {
            ["length"] = new(FieldKind.Integer),
            ["mime_type"] = new(FieldKind.String),
            ["pieces"] = new(FieldKind.PinnedRelationList, SchemaId.BlobPiece),
        }),
        new(SchemaId.BlobPiece, "A part of a file", new Dictionary<string, FieldType> { ["data"] = new(FieldKind.Bytes) }),
    }.ToFrozenDictionary(schema => schema.Id);

    private readonly SortedList<string, FieldType> _fields;

    internal Schema(SchemaId id, string description, IDictionary<string, FieldType> fields)
    {
        Id = id;
        Description = description;
        _fields = new SortedList<string, FieldType>(fields, Utf8Order.Instance);
    }

    /// <summary>Names the schema.</summary>
    public SchemaId Id { get; }

    /// <summary>What its author says about it.</summary>
    public string Description { get; }

    /// <summary>Types by field name, in byte order of the names.</summary>
    public IReadOnlyDictionary<string, FieldType> Fields => _fields;

    /// <summary>All schemas that need not be published to be known.</summary>
    public static IReadOnlyCollection<Schema> System => SystemSchemas.Values;

    /// <summary>A schema of p2panda itself; only version 1 of each is known.</summary>
    public static bool TryGetSystem(SchemaId id, [NotNullWhen(true)] out Schema? schema) => SystemSchemas.TryGetValue(id, out schema);

    /// <summary>
    /// Whether an operation fits: a create has exactly the schema's fields, an update some of them, values are of the right types, and what
    /// p2panda's own schemas demand beyond types holds. What relations point to is not looked at.
    /// </summary>
    public SchemaViolation Validate(Operation operation)
    {
        if (operation.SchemaId != Id)
        {
            return SchemaViolation.OtherSchema;
        }

        foreach (var (name, value) in operation.Fields ?? PlainFields.Empty)
        {
            if (!_fields.TryGetValue(name, out var type))
            {
                return SchemaViolation.UnknownField;
            }

            if (!type.Accepts(value))
            {
                return SchemaViolation.WrongType;
            }

            var violation = SystemSchemaRules.Check(Id.Kind, name, value);
            if (violation != SchemaViolation.None)
            {
                return violation;
            }
        }

        // Names are unique and all known, so only their number can differ.
        return operation.Action == OperationAction.Create && operation.Fields!.Count < _fields.Count
            ? SchemaViolation.MissingField
            : SchemaViolation.None;
    }
}
