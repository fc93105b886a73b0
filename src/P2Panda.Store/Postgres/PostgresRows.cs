using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;
using P2Panda.Store.Queue;
using static P2Panda.Store.Postgres.PostgresColumns;

namespace P2Panda.Store.Postgres;

/// <summary>
/// The writer's transaction. The server is far away, so what will be looked up is fetched at once, and what is written is collected and
/// sent with the commit: a batch of any size takes four round trips.
/// </summary>
internal sealed class PostgresRows(NpgsqlConnection connection, LogIndex index, PostgresState state, string gateway) : IStoreRows
{
    private readonly Dictionary<(long Log, ulong Position), (EntryId Id, bool IsPruned)> _found = [];
    private readonly List<(LogState Log, PendingEntry Entry, long Change, long Now)> _inserted = [];
    private readonly Dictionary<(LogKey Log, ulong Position), PendingEntry> _buffered = [];
    private readonly List<NpgsqlBatchCommand> _commands = [];
    private readonly List<LogState> _logs = [];
    private bool _hasBufferChanged;
    private bool _hasForgotten;
    private bool _hasForked;
    private bool _hasPruned;

    public DbConnection Connection => connection;

    /// <summary>Whether the transaction changes anything that an index holds.</summary>
    private bool IsRevision => _inserted.Count > 0 || _logs.Count > 0 || _hasBufferChanged || _hasForgotten || _hasForked || _hasPruned;

    /// <summary>Whether entries that were readable no longer are.</summary>
    public bool HasPruned => _hasPruned || _hasForgotten;

    public IEnumerable<StoredEntry> Appended => _inserted.Select(row => row.Entry.ToStored(row.Change, row.Now));

    public void Expect(IReadOnlyList<PendingEntry> entries)
    {
        var logs = new List<long>();
        var positions = new List<byte[]>();
        foreach (var entry in entries)
        {
            if (index.Find(entry.Log) is not { } log)
            {
                continue;
            }

            if (entry.SequenceNumber < log.Height)
            {
                Want(log, entry.SequenceNumber);
            }
            else if (entry.Skiplink is { } skiplink && skiplink.SequenceNumber < log.Height)
            {
                Want(log, skiplink.SequenceNumber);
            }
        }

        if (logs.Count > 0)
        {
            using var row = Query(
                "SELECT e.log, e.seq, e.id, e.entry IS NULL FROM entries e " +
                "JOIN (SELECT DISTINCT log, seq FROM unnest($1, $2) AS w (log, seq)) w ON e.log = w.log AND e.seq = w.seq",
                logs.ToArray(),
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea, Value = positions.ToArray() });
            while (row.Read())
            {
                _found[(row.GetInt64(0), row.ReadOrdered(1))] = (row.ReadId(2), row.GetBoolean(3));
            }
        }

        void Want(LogState log, ulong position)
        {
            logs.Add(log.Row);
            positions.Add(Ordered(position));
        }
    }

    public bool TryFind(LogState log, ulong sequenceNumber, out EntryId id, out bool isPruned)
    {
        if (!_found.TryGetValue((log.Row, sequenceNumber), out var found))
        {
            using var row = Query(
                "SELECT id, entry IS NULL FROM entries WHERE log = $1 AND seq = $2", log.Row, Ordered(sequenceNumber));
            if (!row.Read())
            {
                (id, isPruned) = (default, false);
                return false;
            }

            found = _found[(log.Row, sequenceNumber)] = (row.ReadId(0), row.GetBoolean(1));
        }

        (id, isPruned) = found;
        return true;
    }

    public StoredEntry? Read(LogState log, ulong sequenceNumber)
    {
        foreach (var (_, entry, change, now) in _inserted)
        {
            if (entry.Log == log.Key && entry.SequenceNumber == sequenceNumber)
            {
                return entry.ToStored(change, now);
            }
        }

        using var row = Query(
            $"SELECT {PostgresColumns.Entry} FROM entries e JOIN logs l ON l.number = e.log " +
            "WHERE e.log = $1 AND e.seq = $2 AND e.entry IS NOT NULL", log.Row, Ordered(sequenceNumber));
        return row.Read() ? ReadEntry(row) : null;
    }

    public void Insert(LogState log, PendingEntry entry, long change, long now)
    {
        _inserted.Add((log, entry, change, now));
        _found[(log.Row, entry.SequenceNumber)] = (entry.Id, false);
    }

    public void Restore(LogState log, PendingEntry entry, long change, long now)
    {
        Execute(
            "UPDATE entries SET change = $3, received = $4, entry = $5, payload = $6, origin = $7 WHERE log = $1 AND seq = $2",
            log.Row,
            Ordered(entry.SequenceNumber),
            change,
            now,
            Bytes(entry.EntryBytes),
            Bytes(entry.PayloadBytes),
            (short)entry.Origin);
        _found[(log.Row, entry.SequenceNumber)] = (entry.Id, false);
    }

    public (ulong Position, long ReceivedAt) FindAvailable(LogState log)
    {
        Flush();
        using var row = Query(
            "SELECT seq, received FROM entries WHERE log = $1 AND seq > coalesce((SELECT seq FROM entries " +
            "WHERE log = $1 AND entry IS NULL ORDER BY seq DESC LIMIT 1), ''::bytea) ORDER BY seq LIMIT 1", log.Row);
        row.Read();
        return (row.ReadOrdered(0), row.GetInt64(1));
    }

    public void WriteLog(LogState log) => _logs.Add(log);

    public PendingEntry? ReadBuffered(LogKey log, ulong sequenceNumber)
    {
        if (_buffered.TryGetValue((log, sequenceNumber), out var entry))
        {
            return entry;
        }

        using var row = Query(
            "SELECT id, backlink_seq, backlink, skiplink_seq, skiplink, is_end, entry, payload, retention, received, origin FROM buffered " +
            "WHERE format = $1 AND author = $2 AND log_id = $3 AND seq = $4", KeyOf(log, sequenceNumber));
        return row.Read() ? ReadPending(log, sequenceNumber, row) : null;
    }

    public void InsertBuffered(PendingEntry entry)
    {
        _buffered.Add((entry.Log, entry.SequenceNumber), entry);
        _hasBufferChanged = true;
    }

    public void DeleteBuffered(LogKey log, ulong sequenceNumber)
    {
        if (!_buffered.Remove((log, sequenceNumber)))
        {
            Execute("DELETE FROM buffered WHERE format = $1 AND author = $2 AND log_id = $3 AND seq = $4", KeyOf(log, sequenceNumber));
        }

        _hasBufferChanged = true;
    }

    public void InsertFork(LogKey log, long change, PendingEntry? second, StoredEntry? first)
    {
        _hasForked = true;
        if (second is null || first is null)
        {
            Execute("INSERT INTO forks (change, format, author, log_id) VALUES ($1, $2, $3, $4)", [change, .. KeyOf(log)]);
            return;
        }

        Execute(
            "INSERT INTO forks (change, format, author, log_id, seq, first_id, first_is_end, first_received, first_entry, first_payload, " +
            "second_id, second_is_end, second_received, second_entry, second_payload) " +
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            [
                change,
                .. KeyOf(log, second.SequenceNumber),
                first.Id.Bytes.ToArray(),
                first.IsEndOfLog,
                first.ReceivedAt.ToUnixTimeMilliseconds(),
                Bytes(first.EntryBytes),
                Bytes(first.PayloadBytes),
                second.Id.Bytes.ToArray(),
                second.IsEndOfLog,
                second.ReceivedAt,
                Bytes(second.EntryBytes),
                Bytes(second.PayloadBytes),
            ]);
    }

    public (ulong Position, long ReceivedAt)? FindReceivedSince(LogState log, long receivedFrom)
    {
        using var row = Query(
            "SELECT seq, received FROM entries WHERE log = $1 AND seq >= $2 AND received >= $3 ORDER BY seq LIMIT 1",
            log.Row,
            Ordered(log.AvailableFrom),
            receivedFrom);
        return row.Read() ? (row.ReadOrdered(0), row.GetInt64(1)) : null;
    }

    public long DropBytesBelow(LogState log, ulong position)
    {
        _hasPruned = true;
        using var command = Command(
            "UPDATE entries SET entry = NULL, payload = NULL WHERE log = $1 AND seq < $2 AND entry IS NOT NULL",
            log.Row,
            Ordered(position));
        return command.ExecuteNonQuery();
    }

    public long Forget(LogState log)
    {
        _hasForgotten = true;
        using var count = Command("SELECT count(*) FROM entries WHERE log = $1 AND entry IS NOT NULL", log.Row);
        var readable = (long)count.ExecuteScalar()!;
        Execute("DELETE FROM entries WHERE log = $1", log.Row);
        Execute("DELETE FROM logs WHERE number = $1", log.Row);
        return readable;
    }

    public void WriteMark(MarkKind kind, byte[] name, byte[]? value)
    {
        if (value is null)
        {
            Execute("DELETE FROM marks WHERE gateway = $1 AND kind = $2 AND name = $3", gateway, (short)kind, name);
        }
        else
        {
            Execute(
                "INSERT INTO marks (gateway, kind, name, value) VALUES ($1, $2, $3, $4) " +
                "ON CONFLICT (gateway, kind, name) DO UPDATE SET value = $4", gateway, (short)kind, name, value);
        }
    }

    /// <summary>Sends everything and commits; gives the state as it is now.</summary>
    public PostgresState Commit(long lastChange, long entryCount, string channel)
    {
        var after = state;
        if (IsRevision)
        {
            var revision = state.Revision + 1;
            after = new PostgresState(
                lastChange,
                entryCount,
                Math.Max(state.NextLog, _logs.Count == 0 ? 0 : _logs.Max(log => log.Row) + 1),
                revision,
                _hasBufferChanged ? revision : state.BufferRevision,
                HasPruned ? revision : state.ForgetRevision);
            CollectEntries();
            CollectLogs(revision);
            Execute(
                "UPDATE state SET last_change = $1, entry_count = $2, next_log = $3, revision = $4, buffer_revision = $5, forget_revision = $6",
                after.LastChange,
                after.EntryCount,
                after.NextLog,
                after.Revision,
                after.BufferRevision,
                after.ForgetRevision);
            Execute("SELECT pg_notify($1, $2)", channel, revision.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        foreach (var entry in _buffered.Values)
        {
            CollectBuffered(entry);
        }

        Execute("COMMIT");
        Flush();
        return after;
    }

    private static object[] KeyOf(LogKey log) => [(short)log.Format, log.Author.Bytes.ToArray(), log.LogId.Bytes.ToArray()];

    private static object[] KeyOf(LogKey log, ulong sequenceNumber) => [.. KeyOf(log), Ordered(sequenceNumber)];

    private static NpgsqlParameter BytesArray(IEnumerable<byte[]?> values) =>
        new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea, Value = values.ToArray() };

    private void CollectEntries()
    {
        if (_inserted.Count == 0)
        {
            return;
        }

        Execute(
            "INSERT INTO entries (change, log, seq, format, id, is_end, received, entry, payload, origin) " +
            "SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            _inserted.Select(row => row.Change).ToArray(),
            _inserted.Select(row => row.Log.Row).ToArray(),
            BytesArray(_inserted.Select(row => Ordered(row.Entry.SequenceNumber))),
            _inserted.Select(row => (short)row.Entry.Log.Format).ToArray(),
            BytesArray(_inserted.Select(row => row.Entry.Id.Bytes.ToArray())),
            _inserted.Select(row => row.Entry.IsEndOfLog).ToArray(),
            _inserted.Select(row => row.Now).ToArray(),
            BytesArray(_inserted.Select(row => Bytes(row.Entry.EntryBytes))),
            BytesArray(_inserted.Select(row => Bytes(row.Entry.PayloadBytes))),
            _inserted.Select(row => (short)row.Entry.Origin).ToArray());
    }

    private void CollectLogs(long revision)
    {
        if (_logs.Count == 0)
        {
            return;
        }

        Execute(
            "INSERT INTO logs (number, format, author, log_id, height, head, available_from, retention, first_received, last_received, " +
            "revision) SELECT *, $11 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) " +
            "ON CONFLICT (number) DO UPDATE SET height = excluded.height, head = excluded.head, " +
            "available_from = excluded.available_from, retention = excluded.retention, first_received = excluded.first_received, " +
            "last_received = excluded.last_received, revision = excluded.revision",
            _logs.Select(log => log.Row).ToArray(),
            _logs.Select(log => (short)log.Key.Format).ToArray(),
            BytesArray(_logs.Select(log => log.Key.Author.Bytes.ToArray())),
            BytesArray(_logs.Select(log => log.Key.LogId.Bytes.ToArray())),
            BytesArray(_logs.Select(log => Ordered(log.Height))),
            BytesArray(_logs.Select(log => log.Head.Bytes.ToArray())),
            BytesArray(_logs.Select(log => Ordered(log.AvailableFrom))),
            _logs.Select(log => (short)log.Retention).ToArray(),
            _logs.Select(log => log.FirstReceived).ToArray(),
            _logs.Select(log => log.LastReceived).ToArray(),
            revision);
    }

    private void CollectBuffered(PendingEntry entry) => Execute(
        "INSERT INTO buffered (format, author, log_id, seq, id, backlink_seq, backlink, skiplink_seq, skiplink, is_end, retention, " +
        "received, size, entry, payload, origin) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        [
            .. KeyOf(entry.Log, entry.SequenceNumber),
            entry.Id.Bytes.ToArray(),
            entry.Backlink is { } backlink ? Ordered(backlink.SequenceNumber) : null,
            entry.Backlink?.Id.Bytes.ToArray(),
            entry.Skiplink is { } skiplink ? Ordered(skiplink.SequenceNumber) : null,
            entry.Skiplink?.Id.Bytes.ToArray(),
            entry.IsEndOfLog,
            (short)entry.Retention,
            entry.ReceivedAt,
            entry.Size,
            Bytes(entry.EntryBytes),
            Bytes(entry.PayloadBytes),
            (short)entry.Origin,
        ]);

    /// <summary>Remembers a statement for the next <see cref="Flush"/>.</summary>
    private void Execute(string sql, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? Parameter(value));
        }

        _commands.Add(command);
    }

    private void Flush()
    {
        if (_commands.Count == 0)
        {
            return;
        }

        using var batch = new NpgsqlBatch(connection);
        foreach (var command in _commands)
        {
            batch.BatchCommands.Add(command);
        }

        _commands.Clear();
        batch.ExecuteNonQuery();
    }

    private NpgsqlDataReader Query(string sql, params object?[] values) => Command(sql, values).ExecuteReader();

    private NpgsqlCommand Command(string sql, params object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? Parameter(value));
        }

        return command;
    }
}
