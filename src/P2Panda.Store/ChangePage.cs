namespace P2Panda.Store;

/// <summary>A page of the change feed.</summary>
/// <param name="Changes">The changes in their order; empty when there was nothing new.</param>
/// <param name="ReadTo">Where to read on: all changes up to this sequence were seen, including those that are no longer there.</param>
/// <param name="HasMore">Whether the page ended early because it was full.</param>
public sealed record ChangePage(IReadOnlyList<StoreChange> Changes, long ReadTo, bool HasMore)
{
    internal static ChangePage Of(IEnumerable<StoreChange> rows, long after, int limit, int maxBytes, long lastChange)
    {
        var page = Page.Of(rows, limit, maxBytes, change => change.Entry.Size);
        var isFull = page.Count > 0 && (page.Count >= limit || page.Sum(change => (long)change.Entry.Size) >= maxBytes);
        var readTo = page.Count == 0 ? after : page[^1].Sequence;
        return new ChangePage(page, isFull ? readTo : Math.Max(readTo, lastChange), isFull);
    }
}
