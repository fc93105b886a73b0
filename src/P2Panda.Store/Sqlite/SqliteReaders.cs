using System.Collections.Concurrent;

namespace P2Panda.Store.Sqlite;

/// <summary>Reading connections that are free: as many as calls overlap, of which a few are kept for the next calls.</summary>
internal sealed class SqliteReaders(Func<SqliteReader> open) : IDisposable
{
    /// <summary>Connections kept open while nobody reads.</summary>
    private const int MaxIdle = 4;

    private readonly ConcurrentBag<SqliteReader> _idle = [];
    private volatile bool _isClosed;

    public T Use<T>(Func<SqliteReader, T> read)
    {
        if (_isClosed)
        {
            throw new StoreException(StoreFailure.Closed, "The log store is closed.");
        }

        var reader = _idle.TryTake(out var idle) ? idle : open();
        try
        {
            return read(reader);
        }
        finally
        {
            if (_isClosed || _idle.Count >= MaxIdle)
            {
                reader.Dispose();
            }
            else
            {
                _idle.Add(reader);
            }
        }
    }

    public void Dispose()
    {
        _isClosed = true;
        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }
}
