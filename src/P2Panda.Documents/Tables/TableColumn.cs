namespace P2Panda.Documents.Tables;

/// <summary>A column.</summary>
internal sealed record TableColumn(string Name, TableColumnType Type)
{
    /// <summary>The values of one column of several rows, as an array that PostgreSQL takes.</summary>
    public Array ToArray(IReadOnlyCollection<object?[]> rows, int index) => Type switch
    {
        TableColumnType.Integer => rows.Select(row => (long?)row[index]).ToArray(),
        TableColumnType.Bytes => rows.Select(row => (byte[]?)row[index]).ToArray(),
        _ => rows.Select(row => (string?)row[index]).ToArray(),
    };
}
