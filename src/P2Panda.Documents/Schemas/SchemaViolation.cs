namespace P2Panda.Documents.Schemas;

/// <summary>Why an operation does not fit its schema.</summary>
public enum SchemaViolation
{
    /// <summary>It fits.</summary>
    None = 0,

    /// <summary>The operation names another schema.</summary>
    OtherSchema,

    /// <summary>A create lacks a field.</summary>
    MissingField,

    /// <summary>The schema has no such field.</summary>
    UnknownField,

    /// <summary>A value is of another type than the field.</summary>
    WrongType,

    /// <summary>A schema cannot have this name.</summary>
    InvalidSchemaName,

    /// <summary>A schema's description is too long.</summary>
    DescriptionTooLong,

    /// <summary>A schema has too many fields.</summary>
    TooManyFields,

    /// <summary>A field of a schema cannot have this name.</summary>
    InvalidFieldName,

    /// <summary>There is no such field type.</summary>
    InvalidFieldType,

    /// <summary>A blob has no pieces.</summary>
    NoPieces,

    /// <summary>A blob's media type does not have the form of one.</summary>
    InvalidMimeType,

    /// <summary>A piece of a blob is too large.</summary>
    PieceTooLarge,
}
