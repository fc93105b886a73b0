using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Store.Sqlite;

/// <summary>Keys and bytes as columns.</summary>
internal static class SqliteBlobs
{
    public static byte[] OrderedBytes(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    public static object Value(ReadOnlyMemory<byte>? bytes) => bytes is { } present ? Bytes(present) : DBNull.Value;

    public static byte[] Bytes(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();

    public static ulong ReadOrdered(this SqliteDataReader row, int column) =>
        BinaryPrimitives.ReadUInt64BigEndian(row.GetFieldValue<byte[]>(column));

    public static EntryId ReadId(this SqliteDataReader row, int column) => EntryId.FromBytes(row.GetFieldValue<byte[]>(column));

    public static byte[]? ReadBytes(this SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    public static ReadOnlyMemory<byte>? ReadPayload(this SqliteDataReader row, int column) =>
        row.ReadBytes(column) is { } bytes ? (ReadOnlyMemory<byte>?)bytes : null;

    /// <summary>Format, author and log id from three columns.</summary>
    public static LogKey ReadLogKey(this SqliteDataReader row, int column) => new(
        (LogFormat)row.GetByte(column),
        new PublicKey(row.GetFieldValue<byte[]>(column + 1)),
        LogId.FromBytes(row.GetFieldValue<byte[]>(column + 2)));
}
