namespace P2Panda.Documents.Queries;

/// <summary>What documents are ordered by.</summary>
public enum DocumentOrderKey
{
    /// <summary>The document's id.</summary>
    DocumentId,

    /// <summary>The current view's id.</summary>
    ViewId,

    /// <summary>A field.</summary>
    Field,
}
