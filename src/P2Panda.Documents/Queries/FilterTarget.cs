namespace P2Panda.Documents.Queries;

/// <summary>What of a document is compared.</summary>
public enum FilterTarget
{
    /// <summary>A field, named by <see cref="DocumentFilter.Field"/>.</summary>
    Field,

    /// <summary>The document's id.</summary>
    DocumentId,

    /// <summary>The id of its current view.</summary>
    ViewId,

    /// <summary>Who created it.</summary>
    Owner,

    /// <summary>Whether it was ever updated.</summary>
    IsEdited,

    /// <summary>Whether it was deleted. Deleted documents have no fields and are in no collection, so nothing passes <c>true</c>.</summary>
    IsDeleted,
}
