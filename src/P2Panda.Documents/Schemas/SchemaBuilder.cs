using System.Diagnostics.CodeAnalysis;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;

namespace P2Panda.Documents.Schemas;

/// <summary>Makes an application's schema from the documents that define it.</summary>
public static class SchemaBuilder
{
    /// <summary>Puts a schema together; its id is the definition's name and view id.</summary>
    /// <param name="definition">A view of a schema definition.</param>
    /// <param name="fieldDefinition">Finds views of field definitions, or none where one has not come yet.</param>
    /// <param name="schema">The schema, when nothing is missing or wrong.</param>
    public static SchemaProblem Build(
        DocumentView definition, Func<DocumentViewId, DocumentView?> fieldDefinition, out Schema? schema)
    {
        schema = null;
        if (definition.IsDeleted)
        {
            return SchemaProblem.Deleted;
        }

        if (!TryRead(definition, SchemaId.SchemaDefinition, "name", out var name)
            || !TryRead(definition, SchemaId.SchemaDefinition, "description", out var description)
            || !TryRead(definition, SchemaId.SchemaDefinition, "fields", out var views))
        {
            return SchemaProblem.NotADefinition;
        }

        var fields = new Dictionary<string, FieldType>();
        foreach (var ids in views.AsIdListList)
        {
            // The value's type was checked: these ids are a view.
            DocumentViewId.TryFromSorted(ids, out var viewId);
            if (fieldDefinition(viewId!) is not { } field)
            {
                return SchemaProblem.FieldDefinitionMissing;
            }

            if (!TryRead(field, SchemaId.SchemaFieldDefinition, "name", out var fieldName)
                || !TryRead(field, SchemaId.SchemaFieldDefinition, "type", out var typeName)
                || !FieldType.TryParse(typeName.AsString, out var type))
            {
                return SchemaProblem.InvalidFieldDefinition;
            }

            if (!fields.TryAdd(fieldName.AsString, type))
            {
                return SchemaProblem.DuplicateField;
            }
        }

        if (fields.Count == 0)
        {
            return SchemaProblem.NoFields;
        }

        schema = new Schema(SchemaId.Application(name.AsString, definition.ViewId), description.AsString, fields);
        return SchemaProblem.None;
    }

    /// <summary>
    /// The value of a field of a document of a system schema, if it is what that schema demands. Operations of documents are stored
    /// whatever they say, so this is where it counts.
    /// </summary>
    private static bool TryRead(DocumentView view, SchemaId schemaId, string name, [NotNullWhen(true)] out PlainValue? value)
    {
        value = null;
        if (view.SchemaId != schemaId || !view.Fields.TryGetValue(name, out var field)
            || !Schema.TryGetSystem(schemaId, out var schema) || !schema.Fields[name].Accepts(field.Value)
            || SystemSchemaRules.Check(schemaId.Kind, name, field.Value) != SchemaViolation.None)
        {
            return false;
        }

        value = field.Value;
        return true;
    }
}
