using Npgsql;
using P2Panda.Store.Memory;
using P2Panda.Store.Postgres;
using P2Panda.Store.Sqlite;

namespace P2Panda.Store;

/// <summary>
/// Where a log store is, as one text of a configuration: <c>memory:</c>, a PostgreSQL connection string (it has a <c>Host=</c>; its
/// <c>Search Path</c> names the community's schema), or else the path of a SQLite file.
/// </summary>
public sealed class StoreLocation
{
    private const string MemoryText = "memory:";

    private readonly NpgsqlConnectionStringBuilder? _postgres;
    private readonly string _text;

    private StoreLocation(string text, NpgsqlConnectionStringBuilder? postgres) => (_text, _postgres) = (text, postgres);

    /// <summary>Reads a location.</summary>
    /// <exception cref="FormatException">The text is empty or a connection string with a mistake.</exception>
    public static StoreLocation Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new FormatException("A store is 'memory:', the path of a SQLite file or a PostgreSQL connection string; this is empty.");
        }

        if (!text.Contains("host=", StringComparison.OrdinalIgnoreCase))
        {
            return new StoreLocation(text, null);
        }

        try
        {
            return new StoreLocation(text, new NpgsqlConnectionStringBuilder(text));
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"The PostgreSQL connection string has a mistake: {exception.Message}", exception);
        }
    }

    /// <summary>Opens the store.</summary>
    /// <param name="gateway">Name of this gateway among those that share the database.</param>
    /// <param name="bounds">How much may be held; the defaults when null.</param>
    /// <param name="time">The clock that dates what comes in; the system's when null.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">It cannot be opened; the message says why.</exception>
    public async Task<ILogStore> OpenAsync(
        string gateway, StoreBounds? bounds = null, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        bounds ??= StoreBounds.Default;
        time ??= TimeProvider.System;
        if (_text == MemoryText)
        {
            return new MemoryLogStore(bounds, time);
        }

        if (_postgres is null)
        {
            return SqliteLogStore.Open(_text, new SqliteOptions { Bounds = bounds, Time = time });
        }

        var options = new PostgresOptions { Gateway = gateway, Bounds = bounds, Time = time };
        options = _postgres.SearchPath is { Length: > 0 } schema ? options with { Schema = schema } : options;
        return await PostgresLogStore.OpenAsync(_text, options, cancellation).ConfigureAwait(false);
    }

    /// <summary>The location without any password.</summary>
    public override string ToString() => _postgres is null
        ? _text
        : new NpgsqlConnectionStringBuilder(_text) { Password = null, Passfile = null }.ToString();
}
