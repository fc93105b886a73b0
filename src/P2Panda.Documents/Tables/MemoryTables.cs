using System.Data.Common;
using Microsoft.Data.Sqlite;
using P2Panda.Store;

namespace P2Panda.Documents.Tables;

/// <summary>Tables beside a store that lives in memory: a SQLite database that lives there too.</summary>
internal sealed class MemoryTables : IStoreTables, IDisposable
{
    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public MemoryTables() => _connection.Open();

    public SqlDialect Dialect => SqlDialect.Sqlite;

    public Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Execute("BEGIN");
            try
            {
                var result = work(_connection);
                Execute("COMMIT");
                return Task.FromResult(result);
            }
            catch
            {
                Execute("ROLLBACK");
                throw;
            }
        }
    }

    public Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return Task.FromResult(read(_connection));
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
