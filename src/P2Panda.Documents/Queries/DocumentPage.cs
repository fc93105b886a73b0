namespace P2Panda.Documents.Queries;

/// <summary>A page of a collection.</summary>
/// <param name="Items">The documents in order.</param>
/// <param name="HasNextPage">Whether documents follow.</param>
/// <param name="TotalCount">How many documents meet the conditions, if that was asked for.</param>
public sealed record DocumentPage(IReadOnlyList<DocumentItem> Items, bool HasNextPage, long? TotalCount)
{
    /// <summary>Where the next page begins; none for an empty page.</summary>
    public string? EndCursor => Items.Count == 0 ? null : Items[^1].Cursor;
}
