namespace P2Panda.Store.Sqlite;

/// <summary>
/// Keeps a second gateway away from a database: an advisory lock on a file beside it, which the kernel gives back when the process ends,
/// however it ends. (SQLite's own locks would let two writers take turns, each with an index the other outdates.)
/// </summary>
internal sealed class SqliteLock : IDisposable
{
    private readonly FileStream _file;

    private SqliteLock(FileStream file) => _file = file;

    /// <exception cref="StoreException">Another process has it, or the folder cannot be written.</exception>
    public static SqliteLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new SqliteLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreException(
                StoreFailure.ReadOnly, $"'{path}' cannot be written; check the permissions of the file and its folder.", exception);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new StoreException(
                StoreFailure.Failed, $"The folder of '{databasePath}' does not exist; create it or name another file.", exception);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new StoreException(
                StoreFailure.Locked,
                $"Another gateway has '{databasePath}' open; stop it, or give this one a database of its own.",
                exception);
        }
        catch (IOException exception)
        {
            throw new StoreException(StoreFailure.Failed, $"'{path}' cannot be created: {exception.Message}", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
