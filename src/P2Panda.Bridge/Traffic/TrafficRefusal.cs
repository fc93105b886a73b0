namespace P2Panda.Bridge.Traffic;

/// <summary>Why an entry does not cross.</summary>
public enum TrafficRefusal
{
    /// <summary>It may cross.</summary>
    None = 0,

    /// <summary>Its operation cannot be read.</summary>
    UnreadableOperation,

    /// <summary>Its schema is not on the list of those that may cross.</summary>
    SchemaNotAllowed,

    /// <summary>Its author is not on the list of those that may cross.</summary>
    AuthorNotAllowed,

    /// <summary>Its author is blocked.</summary>
    AuthorBlocked,

    /// <summary>Its document is blocked.</summary>
    DocumentBlocked,

    /// <summary>Entry and operation together are longer than the air takes.</summary>
    TooLarge,

    /// <summary>It has waited longer than it is worth.</summary>
    TooOld,
}
