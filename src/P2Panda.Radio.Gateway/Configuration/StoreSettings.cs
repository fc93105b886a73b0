using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Configuration;

internal sealed class StoreSettings
{
    [Description("Path of the SQLite database; created when missing.")]
    public string Path { get; init; } = "p2panda-radio.db";
}
