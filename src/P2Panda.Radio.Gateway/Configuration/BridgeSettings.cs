using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>Replication with IP peers. Options that aquadoggo has as well carry its names and mean the same.</summary>
internal sealed record BridgeSettings
{
    [Description("Whether entries are replicated with peers over IP.")]
    public bool Enabled { get; init; } = true;

    [Description("Schema ids that are replicated, or [\"*\"] for all that are known. An empty list replicates nothing.")]
    [SchemaIds(AllowsEverything = true)]
    public IReadOnlyList<string> AllowSchemaIds { get; init; } = [SchemaIdsAttribute.Everything];
}
