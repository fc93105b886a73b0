namespace P2Panda.Core.Operations;

/// <summary>What kind of schema an id names, in the order in which p2panda-rs sorts them.</summary>
public enum SchemaKind
{
    /// <summary>Defined by an application through documents of the next two kinds.</summary>
    Application = 0,

    /// <summary><c>schema_definition</c>.</summary>
    SchemaDefinition,

    /// <summary><c>schema_field_definition</c>.</summary>
    SchemaFieldDefinition,

    /// <summary><c>blob</c>.</summary>
    Blob,

    /// <summary><c>blob_piece</c>.</summary>
    BlobPiece,
}
