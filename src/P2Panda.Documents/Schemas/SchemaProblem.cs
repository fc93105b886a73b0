namespace P2Panda.Documents.Schemas;

/// <summary>Why a schema definition does not make a schema, yet or ever.</summary>
public enum SchemaProblem
{
    /// <summary>It does.</summary>
    None = 0,

    /// <summary>The document is no schema definition, or its values do not fit one.</summary>
    NotADefinition,

    /// <summary>The definition was deleted.</summary>
    Deleted,

    /// <summary>A schema needs at least one field.</summary>
    NoFields,

    /// <summary>A field definition has not come yet.</summary>
    FieldDefinitionMissing,

    /// <summary>A field definition is deleted, or none, or its values do not fit one.</summary>
    InvalidFieldDefinition,

    /// <summary>Two fields have the same name.</summary>
    DuplicateField,
}
