using System.Data.Common;

namespace P2Panda.Documents.Indexing;

/// <summary>A row of a field as the table has it.</summary>
internal readonly record struct FieldRow(long Number, long Field, long Item, byte[]? Value, byte[]? Sort)
{
    public static FieldRow Read(DbDataReader row) => new(
        row.GetInt64(0),
        row.GetInt64(1),
        row.GetInt64(2),
        row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4));

    /// <summary>Whether a new row would say the same. Long bytes are told apart by their hash, so the same value may stay with the operation that set it first.</summary>
    public bool IsSame(object?[] row) => Same(Value, (byte[]?)row[4]) && Same(Sort, (byte[]?)row[6]);

    private static bool Same(byte[]? left, byte[]? right) => left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);
}
