namespace P2Panda.Core.Operations;

/// <summary>The nine types a field of a schema can have.</summary>
public enum FieldKind
{
    /// <summary><c>bool</c>.</summary>
    Boolean,

    /// <summary><c>int</c>: signed, 64 bits.</summary>
    Integer,

    /// <summary><c>float</c>; an integer is none.</summary>
    Float,

    /// <summary><c>str</c>.</summary>
    String,

    /// <summary><c>bytes</c>.</summary>
    Bytes,

    /// <summary><c>relation(S)</c>: a document.</summary>
    Relation,

    /// <summary><c>relation_list(S)</c>: documents, order and duplicates meant.</summary>
    RelationList,

    /// <summary><c>pinned_relation(S)</c>: a view of a document.</summary>
    PinnedRelation,

    /// <summary><c>pinned_relation_list(S)</c>: views of documents, order meant.</summary>
    PinnedRelationList,
}
