using System.Data.Common;

namespace P2Panda.Store;

/// <summary>
/// Tables of others in the same database, for what is derived from the logs. Whoever keeps such tables stores with them, in the same
/// write, how far in the change feed they have come (<see cref="ChangePage.ReadTo"/>): then they are in step with the logs again after
/// any crash by reading on from there. Names begin with the owner's, so that they do not meet the store's.
/// </summary>
public interface IStoreTables
{
    /// <summary>The SQL to write.</summary>
    SqlDialect Dialect { get; }

    /// <summary>
    /// Runs statements in a transaction of the store's writer, which appends may share; durable on return. When the work throws, none of
    /// it happened. After a conflict or a broken connection it may run again, even after a first run that was committed without our
    /// hearing of it: let it depend on what it finds, for example on the sequence it stored. It must not begin or end transactions and must not call the store.
    /// </summary>
    /// <exception cref="StoreException">The database failed.</exception>
    Task<T> WriteAsync<T>(Func<DbConnection, T> work, CancellationToken cancellation = default);

    /// <summary>Runs queries that all see the same commits.</summary>
    /// <exception cref="StoreException">The database failed.</exception>
    Task<T> ReadAsync<T>(Func<DbConnection, T> read, CancellationToken cancellation = default);
}
