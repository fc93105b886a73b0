namespace P2Panda.Store.Postgres;

/// <summary>How a PostgreSQL store is opened.</summary>
public sealed record PostgresOptions
{
    /// <summary>Longest schema name.</summary>
    public const int MaxSchemaLength = 40;

    /// <summary>
    /// The database schema that holds one community's logs: lower-case letters, digits and underscores, beginning with a letter.
    /// Gateways that name the same schema of the same database share their logs.
    /// </summary>
    public string Schema { get; init; } = "p2panda";

    /// <summary>
    /// Tells this gateway from the others that share the schema. Durable marks (counters, airtime) belong to one gateway and are kept
    /// under this name, so it must stay the same for the gateway's life and differ between gateways.
    /// </summary>
    public string Gateway { get; init; } = Environment.MachineName;

    /// <summary>How much may be held and handed out.</summary>
    public StoreBounds Bounds { get; init; } = StoreBounds.Default;

    /// <summary>How long a write is tried again while the server cannot be reached, before its caller is told.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a durable mark may take before its writer is told that it could not be written: what waits for it is a radio that hears
    /// nothing meanwhile.
    /// </summary>
    public TimeSpan MarkPatience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes of entries kept in memory for the air, which cannot wait for a server.</summary>
    public long MaxCachedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The clock that dates what comes in.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        var isName = Schema.Length is > 0 and <= MaxSchemaLength && char.IsAsciiLetterLower(Schema[0]) &&
            Schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
        if (!isName)
        {
            throw new ArgumentException(
                $"'{Schema}' is no schema name: lower-case letters, digits and '_', beginning with a letter, at most {MaxSchemaLength}.");
        }
    }
}
