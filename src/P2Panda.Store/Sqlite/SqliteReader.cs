using System.Data.Common;
using Microsoft.Data.Sqlite;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;
using static P2Panda.Store.Sqlite.SqliteBlobs;

namespace P2Panda.Store.Sqlite;

/// <summary>A connection that only reads, with its statements; used by one thread at a time. Sees whole commits, never half of one.</summary>
internal sealed class SqliteReader : IDisposable
{
    private const string EntryColumns =
        "l.format, l.author, l.log_id, e.seq, e.id, e.is_end, e.entry, e.payload, e.change, e.received, e.origin";

    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _findId, _read, _readById, _findPosition, _range, _changes, _forks, _mark, _marks;

    public SqliteReader(SqliteConnection connection)
    {
        _connection = connection;
        var entries = $"SELECT {EntryColumns} FROM entries e JOIN logs l ON l.number = e.log WHERE e.entry IS NOT NULL AND ";
        _findId = Statement("SELECT id FROM entries WHERE log = $1 AND seq = $2", 2);
        _read = Statement(entries + "e.log = $1 AND e.seq = $2", 2);
        _readById = Statement(entries + "e.id = $1 AND e.format = $2", 2);
        _findPosition = Statement(
            "SELECT l.format, l.author, l.log_id, e.seq FROM entries e JOIN logs l ON l.number = e.log WHERE e.id = $1 LIMIT 1", 1);
        _range = Statement(entries + "e.log = $1 AND e.seq >= $2 ORDER BY e.seq", 2);
        _changes = Statement(entries + "e.change > $1 AND e.change <= $2 ORDER BY e.change", 2);
        _forks = Statement(
            "SELECT format, author, log_id, seq, first_id, first_is_end, first_entry, first_payload, first_received, " +
            "second_id, second_is_end, second_entry, second_payload, second_received, change FROM forks " +
            "WHERE change > $1 AND seq IS NOT NULL ORDER BY change", 1);
        _mark = Statement("SELECT value FROM marks WHERE kind = $1 AND name = $2", 2);
        _marks = Statement("SELECT name, value FROM marks WHERE kind = $1 ORDER BY name", 1);
    }

    public bool TryFindId(LogState log, ulong sequenceNumber, out EntryId id)
    {
        using var row = _findId.Query(log.Row, OrderedBytes(sequenceNumber));
        var isFound = row.Read();
        id = isFound ? row.ReadId(0) : default;
        return isFound;
    }

    public StoredEntry? Read(LogState log, ulong sequenceNumber)
    {
        using var row = _read.Query(log.Row, OrderedBytes(sequenceNumber));
        return row.Read() ? EntryOf(row) : null;
    }

    public StoredEntry? Read(LogFormat format, EntryId id)
    {
        using var row = _readById.Query(id.Bytes.ToArray(), (long)format);
        return row.Read() ? EntryOf(row) : null;
    }

    public (LogKey Log, ulong SequenceNumber)? FindPosition(EntryId id)
    {
        using var row = _findPosition.Query(id.Bytes.ToArray());
        return row.Read() ? (row.ReadLogKey(0), row.ReadOrdered(3)) : null;
    }

    public IEnumerable<StoredEntry> Range(LogState log, ulong from)
    {
        using var row = _range.Query(log.Row, OrderedBytes(from));
        while (row.Read())
        {
            yield return EntryOf(row);
        }
    }

    /// <summary>
    /// Appended entries and forks, merged in the order of their changes. The two statements may see different commits, so nothing after
    /// <paramref name="last"/>, which both see, is handed out.
    /// </summary>
    public IEnumerable<StoreChange> Changes(long after, long last)
    {
        using var forks = Forks(after).TakeWhile(fork => fork.Change <= last).GetEnumerator();
        var fork = forks.MoveNext() ? forks.Current : null;
        using var row = _changes.Query(after, last);
        while (row.Read())
        {
            var entry = EntryOf(row);
            for (; fork is not null && fork.Change < entry.Change; fork = forks.MoveNext() ? forks.Current : null)
            {
                yield return new StoreChange(fork.Change, StoreChangeKind.Forked, fork.Second);
            }

            yield return new StoreChange(entry.Change, StoreChangeKind.Appended, entry);
        }

        for (; fork is not null; fork = forks.MoveNext() ? forks.Current : null)
        {
            yield return new StoreChange(fork.Change, StoreChangeKind.Forked, fork.Second);
        }
    }

    public IEnumerable<ForkEvidence> Forks(long after)
    {
        using var row = _forks.Query(after);
        while (row.Read())
        {
            var log = row.ReadLogKey(0);
            var position = row.ReadOrdered(3);
            var change = row.GetInt64(14);
            yield return new ForkEvidence(log, position, Side(4, 0), Side(9, change), change);

            StoredEntry Side(int column, long number) => new(
                log,
                position,
                row.ReadId(column),
                row.GetBoolean(column + 1),
                row.ReadBytes(column + 2)!,
                row.ReadPayload(column + 3),
                number,
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column + 4)));
        }
    }

    public byte[]? Mark(MarkKind kind, byte[] name)
    {
        using var row = _mark.Query((long)kind, name);
        return row.Read() ? row.ReadBytes(0) : null;
    }

    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Marks(MarkKind kind)
    {
        var marks = new List<KeyValuePair<byte[], byte[]>>();
        using var row = _marks.Query((long)kind);
        while (row.Read())
        {
            marks.Add(new(row.ReadBytes(0)!, row.ReadBytes(1)!));
        }

        return marks;
    }

    /// <summary>Everything the index wants to know; gives the newest change number.</summary>
    public long LoadInto(LogIndex index) => InSnapshot(_ =>
    {
        index.Load(
            Rows("SELECT format, author, log_id, number, height, head, available_from, retention, first_received, last_received FROM logs", LogOf),
            Rows("SELECT format, author, log_id FROM forks", row => row.ReadLogKey(0)),
            Rows("SELECT format, author, log_id, seq, id, size, retention, received FROM buffered", SlotOf),
            SqliteSchema.Scalar(_connection, "SELECT entry_count FROM state"),
            SqliteSchema.Scalar(_connection, "SELECT coalesce(max(number), 0) + 1 FROM logs"));
        return SqliteSchema.Scalar(_connection, "SELECT last_change FROM state");
    });

    /// <summary>Runs queries that all see the same commits.</summary>
    public T InSnapshot<T>(Func<DbConnection, T> read)
    {
        SqliteSchema.Execute(_connection, "BEGIN");
        try
        {
            return read(_connection);
        }
        finally
        {
            SqliteSchema.Execute(_connection, "ROLLBACK");
        }
    }

    /// <summary>What SQLite's own check finds wrong; empty when all is well.</summary>
    public IReadOnlyList<string> CheckIntegrity() =>
        [.. Rows("PRAGMA integrity_check", row => row.GetString(0)).Where(line => line != "ok")];

    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _connection.Dispose();
    }

    private static StoredEntry EntryOf(SqliteDataReader row) => new(
        row.ReadLogKey(0),
        row.ReadOrdered(3),
        row.ReadId(4),
        row.GetBoolean(5),
        row.ReadBytes(6)!,
        row.ReadPayload(7),
        row.GetInt64(8),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
        (EntryOrigin)row.GetByte(10));

    private static LogState LogOf(SqliteDataReader row) => new()
    {
        Key = row.ReadLogKey(0),
        Row = row.GetInt64(3),
        Height = row.ReadOrdered(4),
        Head = row.ReadId(5),
        AvailableFrom = row.ReadOrdered(6),
        Retention = (RetentionClass)row.GetByte(7),
        FirstReceived = row.GetInt64(8),
        LastReceived = row.GetInt64(9),
    };

    private static BufferSlot SlotOf(SqliteDataReader row) => new(
        row.ReadLogKey(0), row.ReadOrdered(3), row.ReadId(4), row.GetInt32(5), (RetentionClass)row.GetByte(6), row.GetInt64(7));

    private IEnumerable<T> Rows<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var statement = new SqliteStatement(_connection, sql, 0);
        using var row = statement.Query();
        while (row.Read())
        {
            yield return read(row);
        }
    }

    private SqliteStatement Statement(string sql, int parameters)
    {
        var statement = new SqliteStatement(_connection, sql, parameters);
        _statements.Add(statement);
        return statement;
    }
}
