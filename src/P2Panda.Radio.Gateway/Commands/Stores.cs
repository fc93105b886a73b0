using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Store;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>Opens the configured store for a command.</summary>
internal static class Stores
{
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static ILogStore Open(GatewaySettings settings, bool readOnly = false) =>
        SqliteLogStore.Open(settings.Store.Path, new SqliteOptions { ReadOnly = readOnly });
}
