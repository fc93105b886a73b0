using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;

namespace P2Panda.Store.Postgres;

/// <summary>Keys and bytes as parameters and columns.</summary>
internal static class PostgresColumns
{
    public const string Entry = "l.format, l.author, l.log_id, e.seq, e.id, e.is_end, e.entry, e.payload, e.change, e.received, e.origin";

    public const string Log =
        "format, author, log_id, number, height, head, available_from, retention, first_received, last_received";

    public const string Fork =
        "format, author, log_id, seq, first_id, first_is_end, first_entry, first_payload, first_received, " +
        "second_id, second_is_end, second_entry, second_payload, second_received, change";

    public static NpgsqlParameter Parameter(object? value) => value switch
    {
        null => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = DBNull.Value },
        byte[] bytes => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea, Value = bytes },
        _ => new NpgsqlParameter { Value = value },
    };

    public static byte[] Ordered(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    public static byte[]? Bytes(ReadOnlyMemory<byte>? bytes) => bytes?.ToArray();

    public static ulong ReadOrdered(this NpgsqlDataReader row, int column) =>
        BinaryPrimitives.ReadUInt64BigEndian(row.GetFieldValue<byte[]>(column));

    public static EntryId ReadId(this NpgsqlDataReader row, int column) => EntryId.FromBytes(row.GetFieldValue<byte[]>(column));

    public static ReadOnlyMemory<byte>? ReadPayload(this NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : (ReadOnlyMemory<byte>?)row.GetFieldValue<byte[]>(column);

    public static LogKey ReadLogKey(this NpgsqlDataReader row, int column) => new(
        (LogFormat)row.GetInt16(column),
        new PublicKey(row.GetFieldValue<byte[]>(column + 1)),
        LogId.FromBytes(row.GetFieldValue<byte[]>(column + 2)));

    public static StoredEntry ReadEntry(NpgsqlDataReader row) => new(
        row.ReadLogKey(0),
        row.ReadOrdered(3),
        row.ReadId(4),
        row.GetBoolean(5),
        row.GetFieldValue<byte[]>(6),
        row.ReadPayload(7),
        row.GetInt64(8),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
        (EntryOrigin)row.GetInt16(10));

    public static LogState ReadLog(NpgsqlDataReader row) => new()
    {
        Key = row.ReadLogKey(0),
        Row = row.GetInt64(3),
        Height = row.ReadOrdered(4),
        Head = row.ReadId(5),
        AvailableFrom = row.ReadOrdered(6),
        Retention = (RetentionClass)row.GetInt16(7),
        FirstReceived = row.GetInt64(8),
        LastReceived = row.GetInt64(9),
    };

    public static BufferSlot ReadSlot(NpgsqlDataReader row) => new(
        row.ReadLogKey(0), row.ReadOrdered(3), row.ReadId(4), row.GetInt32(5), (RetentionClass)row.GetInt16(6), row.GetInt64(7));

    public static ForkEvidence ReadFork(NpgsqlDataReader row)
    {
        var log = row.ReadLogKey(0);
        var position = row.ReadOrdered(3);
        var change = row.GetInt64(14);
        return new ForkEvidence(log, position, Side(4, 0), Side(9, change), change);

        StoredEntry Side(int column, long number) => new(
            log,
            position,
            row.ReadId(column),
            row.GetBoolean(column + 1),
            row.GetFieldValue<byte[]>(column + 2),
            row.ReadPayload(column + 3),
            number,
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column + 4)));
    }

    public static PendingEntry ReadPending(LogKey log, ulong sequenceNumber, NpgsqlDataReader row) => new(
        log,
        sequenceNumber,
        row.ReadId(0),
        row.IsDBNull(1) ? null : new EntryLink(row.ReadOrdered(1), row.ReadId(2)),
        row.IsDBNull(3) ? null : new EntryLink(row.ReadOrdered(3), row.ReadId(4)),
        row.GetBoolean(5),
        row.GetFieldValue<byte[]>(6),
        row.ReadPayload(7),
        (RetentionClass)row.GetInt16(8),
        row.GetInt64(9),
        (EntryOrigin)row.GetInt16(10));
}
