namespace P2Panda.Store;

/// <summary>Cuts a sequence into answers of bounded size.</summary>
internal static class Page
{
    /// <summary>The first elements: at most <paramref name="limit"/>, and no further one once they have <paramref name="maxBytes"/> bytes.</summary>
    public static IReadOnlyList<T> Of<T>(IEnumerable<T> rows, int limit, int maxBytes, Func<T, int> sizeOf)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var page = new List<T>();
        long bytes = 0;
        foreach (var row in rows)
        {
            page.Add(row);
            bytes += sizeOf(row);
            if (page.Count >= limit || bytes >= maxBytes)
            {
                break;
            }
        }

        return page;
    }
}
