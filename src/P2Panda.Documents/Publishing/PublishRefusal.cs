namespace P2Panda.Documents.Publishing;

/// <summary>Why an entry is not published, or why there are no arguments for a next one.</summary>
public enum PublishRefusal
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The schema is not known here.</summary>
    SchemaNotFound,

    /// <summary>The entry does not continue its log.</summary>
    SequenceNumberMismatch,

    /// <summary>The entry which the skiplink points to is not stored.</summary>
    SkiplinkNotFound,

    /// <summary>The skiplink is not the id of the entry it points to.</summary>
    WrongSkiplink,

    /// <summary>The backlink is not the id of the entry before.</summary>
    WrongBacklink,

    /// <summary>The operation does not fit its schema.</summary>
    InvalidOperation,

    /// <summary>An operation that is named as previous is not stored.</summary>
    PreviousNotFound,

    /// <summary>An operation that is named as previous follows another schema.</summary>
    PreviousOfOtherSchema,

    /// <summary>The operations that are named as previous belong to several documents.</summary>
    PreviousOfSeveralDocuments,

    /// <summary>The document was deleted.</summary>
    DocumentDeleted,

    /// <summary>The author contributes to the document in another log.</summary>
    OtherLogOfDocument,

    /// <summary>The log belongs to another document.</summary>
    LogOfOtherDocument,

    /// <summary>No entry can follow the last possible one.</summary>
    LogIsFull,

    /// <summary>No log can follow the one with the highest id.</summary>
    NoLogLeft,
}
