using System.Data.Common;
using Microsoft.Data.Sqlite;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;
using P2Panda.Store.Queue;
using static P2Panda.Store.Sqlite.SqliteBlobs;

namespace P2Panda.Store.Sqlite;

/// <summary>The writer's statements on its own connection; used by the writer's thread only.</summary>
internal sealed class SqliteRows : IStoreRows, IDisposable
{
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _begin, _commit, _rollback, _writeState, _find, _read, _insert, _restore, _findAvailable, _writeLog;
    private readonly SqliteStatement _readBuffered, _insertBuffered, _deleteBuffered, _insertFork;
    private readonly SqliteStatement _findReceivedSince, _dropBytes, _countReadable, _forgetEntries, _forgetLog, _writeMark, _removeMark;

    public SqliteRows(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Statement("BEGIN IMMEDIATE", 0);
        _commit = Statement("COMMIT", 0);
        _rollback = Statement("ROLLBACK", 0);
        _writeState = Statement("UPDATE state SET last_change = $1, entry_count = $2", 2);
        _find = Statement("SELECT id, entry IS NULL FROM entries WHERE log = $1 AND seq = $2", 2);
        _read = Statement(
            "SELECT id, is_end, entry, payload, change, received, origin FROM entries WHERE log = $1 AND seq = $2 AND entry IS NOT NULL", 2);
        _insert = Statement(
            "INSERT INTO entries (change, log, seq, format, id, is_end, received, entry, payload, origin) " +
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", 10);
        _restore = Statement("UPDATE entries SET change = $3, received = $4, entry = $5, payload = $6, origin = $7 WHERE log = $1 AND seq = $2", 7);
        _findAvailable = Statement(
            "SELECT seq, received FROM entries WHERE log = $1 AND seq > " +
            "coalesce((SELECT max(seq) FROM entries WHERE log = $1 AND entry IS NULL), x'') ORDER BY seq LIMIT 1", 1);
        _writeLog = Statement(
            "INSERT INTO logs (number, format, author, log_id, height, head, available_from, retention, first_received, last_received) " +
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (number) DO UPDATE SET height = $5, head = $6, " +
            "available_from = $7, retention = $8, first_received = $9, last_received = $10", 10);
        _readBuffered = Statement(
            "SELECT id, backlink_seq, backlink, skiplink_seq, skiplink, is_end, entry, payload, retention, received, origin FROM buffered " +
            "WHERE format = $1 AND author = $2 AND log_id = $3 AND seq = $4", 4);
        _insertBuffered = Statement(
            "INSERT INTO buffered (format, author, log_id, seq, id, backlink_seq, backlink, skiplink_seq, skiplink, is_end, retention, " +
            "received, size, entry, payload, origin) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)", 16);
        _deleteBuffered = Statement("DELETE FROM buffered WHERE format = $1 AND author = $2 AND log_id = $3 AND seq = $4", 4);
        _insertFork = Statement(
            "INSERT INTO forks (change, format, author, log_id, seq, first_id, first_is_end, first_received, first_entry, first_payload, " +
            "second_id, second_is_end, second_received, second_entry, second_payload) " +
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)", 15);
        _findReceivedSince = Statement(
            "SELECT seq, received FROM entries WHERE log = $1 AND seq >= $2 AND received >= $3 ORDER BY seq LIMIT 1", 3);
        _dropBytes = Statement(
            "UPDATE entries SET entry = NULL, payload = NULL WHERE log = $1 AND seq < $2 AND entry IS NOT NULL", 2);
        _countReadable = Statement("SELECT count(*) FROM entries WHERE log = $1 AND entry IS NOT NULL", 1);
        _forgetEntries = Statement("DELETE FROM entries WHERE log = $1", 1);
        _forgetLog = Statement("DELETE FROM logs WHERE number = $1", 1);
        _writeMark = Statement(
            "INSERT INTO marks (kind, name, value) VALUES ($1, $2, $3) ON CONFLICT (kind, name) DO UPDATE SET value = $3", 3);
        _removeMark = Statement("DELETE FROM marks WHERE kind = $1 AND name = $2", 2);
    }

    public DbConnection Connection => _connection;

    public void Begin() => _begin.Execute();

    public void Commit(long lastChange, long entryCount)
    {
        _writeState.Execute(lastChange, entryCount);
        _commit.Execute();
    }

    public void Rollback()
    {
        try
        {
            _rollback.Execute();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself (sqlite.org/lang_transaction.html), or the transaction never began.
        }
    }

    public void Expect(IReadOnlyList<PendingEntry> entries)
    {
        // The rows are a function call away; there is nothing to prepare.
    }

    public bool TryFind(LogState log, ulong sequenceNumber, out EntryId id, out bool isPruned)
    {
        using var row = _find.Query(log.Row, OrderedBytes(sequenceNumber));
        var isFound = row.Read();
        (id, isPruned) = isFound ? (row.ReadId(0), row.GetBoolean(1)) : default;
        return isFound;
    }

    public StoredEntry? Read(LogState log, ulong sequenceNumber)
    {
        using var row = _read.Query(log.Row, OrderedBytes(sequenceNumber));
        return row.Read()
            ? new StoredEntry(
                log.Key,
                sequenceNumber,
                row.ReadId(0),
                row.GetBoolean(1),
                row.ReadBytes(2)!,
                row.ReadPayload(3),
                row.GetInt64(4),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
                (EntryOrigin)row.GetByte(6))
            : null;
    }

    public void Insert(LogState log, PendingEntry entry, long change, long now) => _insert.Execute(
        change,
        log.Row,
        OrderedBytes(entry.SequenceNumber),
        (long)entry.Log.Format,
        entry.Id.Bytes.ToArray(),
        entry.IsEndOfLog,
        now,
        Bytes(entry.EntryBytes),
        Value(entry.PayloadBytes),
        (long)entry.Origin);

    public void Restore(LogState log, PendingEntry entry, long change, long now) => _restore.Execute(
        log.Row, OrderedBytes(entry.SequenceNumber), change, now, Bytes(entry.EntryBytes), Value(entry.PayloadBytes), (long)entry.Origin);

    public (ulong Position, long ReceivedAt) FindAvailable(LogState log)
    {
        using var row = _findAvailable.Query(log.Row);
        row.Read();
        return (row.ReadOrdered(0), row.GetInt64(1));
    }

    public void WriteLog(LogState log) => _writeLog.Execute(
        log.Row,
        (long)log.Key.Format,
        log.Key.Author.Bytes.ToArray(),
        log.Key.LogId.Bytes.ToArray(),
        OrderedBytes(log.Height),
        log.Head.Bytes.ToArray(),
        OrderedBytes(log.AvailableFrom),
        (long)log.Retention,
        log.FirstReceived,
        log.LastReceived);

    public PendingEntry? ReadBuffered(LogKey log, ulong sequenceNumber)
    {
        using var row = _readBuffered.Query(
            (long)log.Format, log.Author.Bytes.ToArray(), log.LogId.Bytes.ToArray(), OrderedBytes(sequenceNumber));
        return row.Read()
            ? new PendingEntry(
                log,
                sequenceNumber,
                row.ReadId(0),
                row.IsDBNull(1) ? null : new EntryLink(row.ReadOrdered(1), row.ReadId(2)),
                row.IsDBNull(3) ? null : new EntryLink(row.ReadOrdered(3), row.ReadId(4)),
                row.GetBoolean(5),
                row.ReadBytes(6)!,
                row.ReadPayload(7),
                (RetentionClass)row.GetByte(8),
                row.GetInt64(9),
                (EntryOrigin)row.GetByte(10))
            : null;
    }

    public void InsertBuffered(PendingEntry entry) => _insertBuffered.Execute(
        (long)entry.Log.Format,
        entry.Log.Author.Bytes.ToArray(),
        entry.Log.LogId.Bytes.ToArray(),
        OrderedBytes(entry.SequenceNumber),
        entry.Id.Bytes.ToArray(),
        entry.Backlink is { } backlink ? OrderedBytes(backlink.SequenceNumber) : DBNull.Value,
        entry.Backlink is { } before ? before.Id.Bytes.ToArray() : DBNull.Value,
        entry.Skiplink is { } skiplink ? OrderedBytes(skiplink.SequenceNumber) : DBNull.Value,
        entry.Skiplink is { } target ? target.Id.Bytes.ToArray() : DBNull.Value,
        entry.IsEndOfLog,
        (long)entry.Retention,
        entry.ReceivedAt,
        (long)entry.Size,
        Bytes(entry.EntryBytes),
        Value(entry.PayloadBytes),
        (long)entry.Origin);

    public void DeleteBuffered(LogKey log, ulong sequenceNumber) => _deleteBuffered.Execute(
        (long)log.Format, log.Author.Bytes.ToArray(), log.LogId.Bytes.ToArray(), OrderedBytes(sequenceNumber));

    public void InsertFork(LogKey log, long change, PendingEntry? second, StoredEntry? first)
    {
        object none = DBNull.Value;
        _insertFork.Execute(
            change,
            (long)log.Format,
            log.Author.Bytes.ToArray(),
            log.LogId.Bytes.ToArray(),
            second is null ? none : OrderedBytes(second.SequenceNumber),
            first is null ? none : first.Id.Bytes.ToArray(),
            first is null ? none : first.IsEndOfLog,
            first is null ? none : first.ReceivedAt.ToUnixTimeMilliseconds(),
            first is null ? none : Bytes(first.EntryBytes),
            Value(first?.PayloadBytes),
            second is null ? none : second.Id.Bytes.ToArray(),
            second is null ? none : second.IsEndOfLog,
            second is null ? none : second.ReceivedAt,
            second is null ? none : Bytes(second.EntryBytes),
            Value(second?.PayloadBytes));
    }

    public (ulong Position, long ReceivedAt)? FindReceivedSince(LogState log, long receivedFrom)
    {
        using var row = _findReceivedSince.Query(log.Row, OrderedBytes(log.AvailableFrom), receivedFrom);
        return row.Read() ? (row.ReadOrdered(0), row.GetInt64(1)) : null;
    }

    public long DropBytesBelow(LogState log, ulong position) => _dropBytes.Execute(log.Row, OrderedBytes(position));

    public long Forget(LogState log)
    {
        long readable;
        using (var row = _countReadable.Query(log.Row))
        {
            row.Read();
            readable = row.GetInt64(0);
        }

        _forgetEntries.Execute(log.Row);
        _forgetLog.Execute(log.Row);
        return readable;
    }

    public void WriteMark(MarkKind kind, byte[] name, byte[]? value)
    {
        if (value is null)
        {
            _removeMark.Execute((long)kind, name);
        }
        else
        {
            _writeMark.Execute((long)kind, name, value);
        }
    }

    public long Pragma(string name) => SqliteSchema.Scalar(_connection, $"PRAGMA {name}");

    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _connection.Dispose();
    }

    private SqliteStatement Statement(string sql, int parameters)
    {
        var statement = new SqliteStatement(_connection, sql, parameters);
        _statements.Add(statement);
        return statement;
    }
}
