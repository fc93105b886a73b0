using System.Net.Sockets;
using Npgsql;

namespace P2Panda.Store.Postgres;

/// <summary>Npgsql's exceptions and PostgreSQL's error codes (postgresql.org/docs/current/errcodes-appendix.html) in the store's words.</summary>
internal static class PostgresErrors
{
    /// <summary>Whether another writer was quicker: look again and try once more.</summary>
    public static bool IsConflict(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
    };

    public static StoreException? Explain(string database, Exception exception)
    {
        if (exception is StoreException known)
        {
            return known;
        }

        var (failure, says) = exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } =>
                (StoreFailure.DiskFull, "cannot grow because the server's disk is full; free some space, nothing that was stored is lost"),
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
                (StoreFailure.ReadOnly, "is a read-only server; connect to the primary"),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
                (StoreFailure.ReadOnly, "does not allow this user to write; grant it the schema"),
            PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } =>
                (StoreFailure.Locked, "is locked by another session for too long"),
            PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } =>
                (StoreFailure.Corrupt, "is damaged; restore a backup"),
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                (StoreFailure.Failed, "does not accept this user; check the connection string"),
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                (StoreFailure.Failed, "does not exist on this server; create the database or check the connection string"),
            PostgresException { IsTransient: false } => (StoreFailure.Failed, "failed"),
            NpgsqlException or SocketException or TimeoutException or ObjectDisposedException =>
                (StoreFailure.Unreachable, "cannot be reached; check that the server runs and the connection string names it"),
            _ => default,
        };
        return says is null ? null : new StoreException(failure, $"The log store {database} {says} ({exception.Message}).", exception);
    }
}
