using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using P2Panda.Store;

namespace P2Panda.Documents.Tables;

/// <summary>
/// Statements on one connection, in either dialect. Values go in as parameters only: <c>@1</c>, <c>@2</c>, … in the SQL. SQLite runs
/// prepared statements row by row, which costs it nothing; PostgreSQL gets whole columns as arrays, so that a batch is a few round trips.
/// </summary>
internal sealed class SqlSession
{
    private static readonly ConditionalWeakTable<DbConnection, SqlSession> Sessions = [];

    private readonly DbConnection _connection;
    private readonly Dictionary<string, DbCommand> _commands = [];

    private SqlSession(DbConnection connection, SqlDialect dialect) => (_connection, Dialect) = (connection, dialect);

    public SqlDialect Dialect { get; }

    /// <summary>The session of a connection; its prepared statements live as long as the connection.</summary>
    public static SqlSession On(DbConnection connection, SqlDialect dialect) =>
        Sessions.GetValue(connection, added => new SqlSession(added, dialect));

    public int Execute(string sql, params ReadOnlySpan<object?> values) => Prepare(sql, values).ExecuteNonQuery();

    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>();
        using var reader = Prepare(sql, values).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Runs a statement that may be run once only, or is too rarely the same to be kept.</summary>
    public List<T> QueryOnce<T>(string sql, Func<DbDataReader, T> read, IReadOnlyList<object?> values)
    {
        using var command = Create(sql);
        foreach (var value in values)
        {
            Add(command, value);
        }

        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Statements without parameters.</summary>
    public void Script(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Scalar(string sql, params ReadOnlySpan<object?> values) =>
        Convert.ToInt64(Prepare(sql, values).ExecuteScalar(), CultureInfo.InvariantCulture);

    /// <summary>Rows for each of several keys; the SQL compares a column with <c>@key</c>.</summary>
    public List<T> QueryEach<T, TKey>(string sql, IReadOnlyCollection<TKey> keys, Func<DbDataReader, T> read)
        where TKey : notnull
    {
        if (keys.Count == 0)
        {
            return [];
        }

        if (Dialect == SqlDialect.Postgres)
        {
            return Query(sql.Replace("= @key", "= ANY(@1)", StringComparison.Ordinal), read, [(object)keys.ToArray()]);
        }

        var rows = new List<T>();
        sql = sql.Replace("@key", "@1", StringComparison.Ordinal);
        foreach (var key in keys)
        {
            using var reader = Prepare(sql, [key]).ExecuteReader();
            while (reader.Read())
            {
                rows.Add(read(reader));
            }
        }

        return rows;
    }

    /// <summary>Runs a statement for each of several keys; the SQL compares a column with <c>@key</c>.</summary>
    public void ExecuteEach<TKey>(string sql, IReadOnlyCollection<TKey> keys)
        where TKey : notnull
    {
        if (keys.Count == 0)
        {
            return;
        }

        if (Dialect == SqlDialect.Postgres)
        {
            Execute(sql.Replace("= @key", "= ANY(@1)", StringComparison.Ordinal), [(object)keys.ToArray()]);
            return;
        }

        sql = sql.Replace("@key", "@1", StringComparison.Ordinal);
        foreach (var key in keys)
        {
            Execute(sql, key);
        }
    }

    /// <summary>Inserts rows.</summary>
    /// <param name="table">Where to.</param>
    /// <param name="rows">Values in the order of the table's columns.</param>
    /// <param name="onConflict">What follows <c>ON CONFLICT</c>, if anything.</param>
    public void Insert(TableColumns table, IReadOnlyCollection<object?[]> rows, string? onConflict = null)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var names = string.Join(", ", table.Columns.Select(column => column.Name));
        var parameters = Enumerable.Range(1, table.Columns.Length).Select(i => $"@{i}").ToArray();
        var conflict = onConflict is null ? "" : $" ON CONFLICT {onConflict}";
        if (Dialect == SqlDialect.Postgres)
        {
            var columns = new object?[table.Columns.Length];
            for (var i = 0; i < columns.Length; i++)
            {
                columns[i] = table.Columns[i].ToArray(rows, i);
            }

            Execute($"INSERT INTO {table.Name} ({names}) SELECT * FROM unnest({string.Join(", ", parameters)}){conflict}", columns);
            return;
        }

        var sql = $"INSERT INTO {table.Name} ({names}) VALUES ({string.Join(", ", parameters)}){conflict}";
        foreach (var row in rows)
        {
            Execute(sql, row);
        }
    }

    /// <summary>SQL in this dialect's types: <c>{int}</c>, <c>{bytes}</c>, <c>{text}</c>.</summary>
    public string Typed(string sql) => new StringBuilder(sql)
        .Replace("{int}", Dialect == SqlDialect.Sqlite ? "INTEGER" : "bigint")
        .Replace("{bytes}", Dialect == SqlDialect.Sqlite ? "BLOB" : "bytea")
        .Replace("{text}", Dialect == SqlDialect.Sqlite ? "TEXT" : "text")
        .Replace("{strict}", Dialect == SqlDialect.Sqlite ? " STRICT" : "")
        .Replace("{clustered}", Dialect == SqlDialect.Sqlite ? " STRICT, WITHOUT ROWID" : "")
        .ToString();

    private DbCommand Prepare(string sql, ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = Create(sql);
            foreach (var value in values)
            {
                Add(command, value);
            }

            _commands.Add(sql, command);
            return command;
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    private DbCommand Create(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = Dialect == SqlDialect.Postgres ? sql.Replace('@', '$') : sql;
        return command;
    }

    private void Add(DbCommand command, object? value)
    {
        var parameter = command.CreateParameter();
        if (Dialect == SqlDialect.Sqlite)
        {
            parameter.ParameterName = string.Create(CultureInfo.InvariantCulture, $"@{command.Parameters.Count + 1}");
        }

        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }
}
