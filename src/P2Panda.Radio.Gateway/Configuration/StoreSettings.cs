using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Configuration;

internal sealed class StoreSettings : IValidatableObject
{
    [Description("Path of the SQLite database; created when missing. Not used when databaseUrl names another.")]
    public string Path { get; init; } = "p2panda-radio.db";

    [Description("PostgreSQL instead of SQLite: postgresql://user:password@host:port/database, or a connection string with Host=. Gateways of one community may share it; 'Search Path' names the community's schema. Empty for SQLite.")]
    [PasswordPropertyText(true)]
    public string DatabaseUrl { get; init; } = "";

    [Description("Name of this gateway among those that share a PostgreSQL database; each needs its own, for life. Empty for the machine's name.")]
    public string Gateway { get; init; } = "";

    /// <summary>Where the settings say the store is.</summary>
    /// <exception cref="FormatException">The database URL has a mistake.</exception>
    internal StoreLocation Location => StoreLocation.Parse(DatabaseUrl.Length > 0 ? DatabaseUrl : Path);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? problem = null;
        try
        {
            if (DatabaseUrl.Length > 0 && !Location.IsPostgres)
            {
                problem = "is no PostgreSQL connection string; a SQLite file is named by 'path'";
            }
        }
        catch (FormatException failure)
        {
            problem = failure.Message;
        }

        if (problem is not null)
        {
            yield return new ValidationResult(problem, ["databaseUrl"]);
        }
    }
}
