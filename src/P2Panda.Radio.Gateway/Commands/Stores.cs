using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Store;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>Opens the configured store for a command.</summary>
internal static class Stores
{
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static ILogStore Open(GatewaySettings settings, bool readOnly = false)
    {
        var location = settings.Store.Location;
        if (!location.IsPostgres)
        {
            return SqliteLogStore.Open(settings.Store.Path, new SqliteOptions { ReadOnly = readOnly });
        }

        var gateway = settings.Store.Gateway.Length > 0 ? settings.Store.Gateway : Environment.MachineName;
        return location.OpenAsync(gateway).GetAwaiter().GetResult();
    }
}
