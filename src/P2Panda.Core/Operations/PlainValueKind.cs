namespace P2Panda.Core.Operations;

/// <summary>What a field's value is as far as its bytes tell; only the schema knows which of the nine field types it is.</summary>
public enum PlainValueKind
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A signed 64-bit integer.</summary>
    Integer,

    /// <summary>A floating-point number.</summary>
    Float,

    /// <summary>Text.</summary>
    String,

    /// <summary>Bytes, or one relation.</summary>
    Bytes,

    /// <summary>A relation list, or one pinned relation, or, when empty, a pinned relation list too.</summary>
    IdList,

    /// <summary>A pinned relation list.</summary>
    IdListList,
}
