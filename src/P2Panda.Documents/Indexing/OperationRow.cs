using System.Data.Common;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Indexing;

/// <summary>An operation as the table has it, or will have it.</summary>
internal sealed class OperationRow
{
    public const string Columns = "operation, document, author, log_id, seq, position, waits_for, payload";

    public required EntryId Id { get; init; }

    public EntryId? Document { get; set; }

    public required PublicKey Author { get; init; }

    public required LogId LogId { get; init; }

    public required ulong SequenceNumber { get; init; }

    public required Operation Operation { get; init; }

    public int? Position { get; set; }

    public EntryId? WaitsFor { get; set; }

    /// <summary>Whether the table does not have it yet.</summary>
    public bool IsNew { get; init; }

    /// <summary>Whether the table says which document it belongs to.</summary>
    public bool WasPlaced { get; init; }

    /// <summary>Whether something else is true than the table says.</summary>
    public bool IsChanged { get; set; }

    public static OperationRow From(IncomingOperation incoming) => new()
    {
        Id = incoming.Id,
        Author = incoming.Log.Author,
        LogId = incoming.Log.LogId,
        SequenceNumber = incoming.SequenceNumber,
        Operation = incoming.Operation,
        IsNew = true,
    };

    public static OperationRow Read(DbDataReader row) => new()
    {
        Id = EntryId.FromBytes(row.GetFieldValue<byte[]>(0)),
        WasPlaced = !row.IsDBNull(1),
        Document = row.IsDBNull(1) ? null : EntryId.FromBytes(row.GetFieldValue<byte[]>(1)),
        Author = new PublicKey(row.GetFieldValue<byte[]>(2)),
        LogId = LogId.FromBytes(row.GetFieldValue<byte[]>(3)),
        SequenceNumber = FromOrdered(row.GetInt64(4)),
        Position = row.IsDBNull(5) ? null : row.GetInt32(5),
        WaitsFor = row.IsDBNull(6) ? null : EntryId.FromBytes(row.GetFieldValue<byte[]>(6)),
        Operation = Operation.Decode(row.GetFieldValue<byte[]>(7)).Operation!,
    };

    /// <summary>An unsigned number as a signed one in the same order, which databases can take the maximum of.</summary>
    public static long ToOrdered(ulong number) => (long)number ^ long.MinValue;

    public static ulong FromOrdered(long ordered) => (ulong)(ordered ^ long.MinValue);
}
