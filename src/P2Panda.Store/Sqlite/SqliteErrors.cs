using Microsoft.Data.Sqlite;

namespace P2Panda.Store.Sqlite;

/// <summary>SQLite's result codes (sqlite.org/rescode.html) in the store's words.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int LockedTable = 6;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public static StoreException Explain(string path, SqliteException exception)
    {
        var (failure, says) = exception.SqliteErrorCode switch
        {
            Busy or LockedTable => (StoreFailure.Locked, "is locked by another program; close it and try again"),
            ReadOnly => (StoreFailure.ReadOnly, "cannot be written; check the permissions of the file and its folder"),
            Corrupt => (StoreFailure.Corrupt, "is damaged; restore a copy, or move it away and let the gateway fetch the logs again"),
            NotADatabase => (StoreFailure.Corrupt, "is not a SQLite database; name another file for the log store"),
            Full => (StoreFailure.DiskFull, "cannot grow because the disk is full; free some space, nothing that was stored is lost"),
            CannotOpen => (StoreFailure.Failed, "cannot be opened; check that its folder exists and may be written"),
            _ => (StoreFailure.Failed, "failed"),
        };
        return new StoreException(
            failure, $"The log store '{path}' {says} (SQLite {exception.SqliteExtendedErrorCode}: {exception.Message}).", exception);
    }
}
