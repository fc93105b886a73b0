using Npgsql;
using P2Panda.Store.Memory;
using P2Panda.Store.Postgres;
using P2Panda.Store.Sqlite;

namespace P2Panda.Store;

/// <summary>
/// Where a log store is, as one text of a configuration: <c>memory:</c>, a PostgreSQL connection string (it has a <c>Host=</c>; its
/// <c>Search Path</c> names the community's schema), a PostgreSQL URL as libpq reads them, or else the path of a SQLite file.
/// </summary>
public sealed class StoreLocation
{
    private const string MemoryText = "memory:";

    private readonly NpgsqlConnectionStringBuilder? _postgres;
    private readonly string _text;

    private StoreLocation(string text, NpgsqlConnectionStringBuilder? postgres) => (_text, _postgres) = (text, postgres);

    /// <summary>Whether it is a PostgreSQL database, which several gateways can share.</summary>
    public bool IsPostgres => _postgres is not null;

    /// <summary>Reads a location.</summary>
    /// <exception cref="FormatException">The text is empty or a connection string with a mistake.</exception>
    public static StoreLocation Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new FormatException("A store is 'memory:', the path of a SQLite file or a PostgreSQL connection string; this is empty.");
        }

        if (text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase))
        {
            return ParseUrl(text);
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

    /// <summary><c>postgresql://user:password@host:port/database?parameter=value</c>; parameters are named as in a connection string.</summary>
    private static StoreLocation ParseUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
        {
            throw new FormatException("The PostgreSQL URL has a mistake; it looks like postgresql://user:password@host:port/database.");
        }

        try
        {
            var user = url.UserInfo.Split(':', 2);
            var postgres = new NpgsqlConnectionStringBuilder { Host = url.Host.Trim('[', ']') };
            postgres.Port = url.IsDefaultPort || url.Port < 0 ? postgres.Port : url.Port;
            postgres.Database = url.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(url.AbsolutePath[1..]) : null;
            postgres.Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null;
            postgres.Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null;
            foreach (var parameter in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                var pair = parameter.Split('=', 2);
                postgres[Uri.UnescapeDataString(pair[0])] = Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? "");
            }

            return new StoreLocation(postgres.ToString(), postgres);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"The PostgreSQL URL has a mistake: {exception.Message}", exception);
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
