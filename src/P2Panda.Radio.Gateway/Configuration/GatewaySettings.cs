using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>Everything an operator can set: one file, one shape. Sizes, times and powers name their unit.</summary>
internal sealed record GatewaySettings
{
    [Description("Where entries are kept.")]
    public StoreSettings Store { get; init; } = new();

    [Description("The key that signs messages published by this gateway itself. Apps bring their own keys.")]
    public AuthorSettings Author { get; init; } = new();

    [Description("The radio and how it may be used.")]
    public RadioSection Radio { get; init; } = new();

    [Description("What is sent, repeated and kept.")]
    public MeshSettings Mesh { get; init; } = new();

    [Description("Peers on the internet and the local network.")]
    public NetworkSettings Network { get; init; } = new();

    [Description("Replication with IP peers.")]
    public BridgeSettings Bridge { get; init; } = new();

    [Description("What may cross between the internet and the air.")]
    public TrafficSettings Traffic { get; init; } = new();

    [Description("What apps, operators and monitoring are offered over HTTP.")]
    public ApiSettings Api { get; init; } = new();
}
